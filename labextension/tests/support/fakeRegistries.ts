import type { Connected, KnownRegistry, Offer, Registries, RegistryError, SigningIn } from '../../src/client/client';
import { OWN } from './connections';

export { OWN };
export const OTHER = 'modelreg:////home/ana/mine.duckdb';

/** Registries one can switch between, which remember who has signed in with what. */
export class FakeRegistries implements Registries {
  uri: string | null = null;
  own: string | null = OWN;
  /** What is said to whoever asks for what there is, or wants to connect. */
  failure: RegistryError | null = null;
  /** Called before each connection; may throw. */
  onConnect: ((address: string, signingIn: SigningIn | undefined) => void) | null = null;
  readonly signedIn: (readonly [address: string, signingIn: SigningIn | undefined])[] = [];
  keyring = false;
  connects = true;
  keeps = true;
  choice: KnownRegistry[] = [
    { uri: OWN, origin: 'server', notebook: null, used_at: null },
    { uri: OTHER, origin: 'recent', notebook: '/home/ana/week2.ipynb', used_at: Date.now() }
  ];
  private readonly listeners = new Set<() => void>();

  known(): Promise<void> {
    return Promise.resolve();
  }

  offer(): Promise<Offer> {
    const { choice: known, connects, keyring } = this;
    return this.failure ? Promise.reject(this.failure) : Promise.resolve({ known, connects, keyring });
  }

  async connect(address: string, signingIn?: SigningIn): Promise<Connected> {
    await Promise.resolve();
    if (this.failure) {
      throw this.failure;
    }
    this.onConnect?.(address, signingIn);
    this.signedIn.push([address, signingIn]);
    this.uri = address === OWN ? null : address;
    this.listeners.forEach(each => each());
    return { uri: this.uri, own: OWN, actor: 'ana', kept: signingIn?.keep === true && this.keeps };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}
