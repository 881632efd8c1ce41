import type { Client, Lineage, LineageGraph, Place } from '../../client/client';

/** What a version comes from and leads to, and what is known of it in full. */
export interface Traced {
  readonly graph: LineageGraph;
  readonly known: Lineage;
}

/** Read both. */
export async function lineageOf(client: Client, reference: string, signal: AbortSignal): Promise<Traced> {
  const [graph, known] = await Promise.all([
    client.call('lineage.graph', { reference }, signal),
    client.call('lineage.of', { reference }, signal)
  ]);
  return { graph, known };
}

/** The code that trained a version, and the code that registered it, where these are known. */
export function placesOf(known: Lineage): [title: string, place: Place][] {
  const places: [string, Place | null][] = [
    ['Trained in', known.training?.place ?? null],
    ['Registered in', known.registered]
  ];
  return places.filter((each): each is [string, Place] => each[1] !== null);
}
