import type { Client } from '../client/client';
import { LiveStore } from '../state/liveStore';

/** Seconds between two looks: nobody waits for it, and the panel looks more often once it is open. */
const SECONDS = 30;

/** How many requests wait for the person, followed while the panel itself is out of sight and follows nothing. */
export class WaitingStore extends LiveStore<number> {
  private count = 0;

  constructor(client: Client) {
    super(client);
    this.poller.intervalSeconds = SECONDS;
  }

  override async startOver(): Promise<void> {
    this.count = 0;
    await super.startOver();
  }

  protected async apply(): Promise<void> {
    this.count = await this.client.call('requests.count', {});
    this.changed();
  }

  protected draw(): number {
    return this.count;
  }
}
