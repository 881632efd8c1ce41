import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { AliasSpan } from '../../src/client/client';
import { ticks } from '../../src/pages/timeline/scale';
import { FakeClient } from '../support/fakeClient';
import { preparePage, settle, showPage } from '../support/pageHost';

const FRAUD = 'prod.ml.fraud';
const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

let client: FakeClient;

beforeEach(() => {
  preparePage();
  client = new FakeClient();
  client.model(FRAUD, 9);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function span(
  alias: string,
  version: number,
  from: number,
  to: number | null,
  change: Partial<AliasSpan> = {}
): AliasSpan {
  const times = { began_at: START + from * DAY, ended_at: to === null ? null : START + to * DAY };
  return { alias, version, ...times, actor: 'ben', reason: null, event: from + 1, gone: null, ...change };
}

async function shown(spans: AliasSpan[], days = 60): ReturnType<typeof showPage> {
  client.timelines.set(FRAUD, { model: FRAUD, since: START, until: START + days * DAY, spans, marks: [] });
  const host = await showPage(client, FRAUD);
  await settle(() => fireEvent.click(screen.getByRole('tab', { name: 'Timeline' })));
  return host;
}

const bars = (): HTMLElement[] => screen.getAllByRole('link');
const SPANS = [
  span('Champion', 1, 0, 10, { reason: 'the first' }),
  span('Champion', 2, 10, null),
  span('old', 3, 2, 20, { event: 40, gone: 'trash' })
];

describe('the timeline of a model', () => {
  it('says of each bar where the alias pointed, who did it, when and why', async () => {
    await shown(SPANS);
    const [first, , lost] = bars();
    expect(first?.getAttribute('aria-label')).toMatch(
      /^@Champion at v1 from 2026-01-01 .* until 2026-01-11 .*, by ben, .*: “the first”$/
    );
    expect(lost?.getAttribute('aria-label')).toContain('in the trash since');
    await settle(() => fireEvent.mouseEnter(first!));
    expect(document.querySelector('.mreg-timeline-about')?.textContent).toContain('@Champion at v1');
  });

  it('is one stop for the Tab key, and arrow keys go on from there', async () => {
    const host = await shown(SPANS);
    const stops = (): string[] => bars().map(each => each.getAttribute('tabindex') ?? '');
    expect(stops()).toEqual(['-1', '0', '-1']);
    const picture = screen.getByRole('group', { name: `Aliases of ${FRAUD} over time` });
    const press = (key: string): Promise<void> => settle(() => fireEvent.keyDown(picture, { key }));
    await press('ArrowLeft');
    expect(document.activeElement).toBe(bars()[0]);
    await press('ArrowDown');
    expect(document.activeElement).toBe(bars()[2]);
    await press('ArrowUp');
    expect(stops()).toEqual(['0', '-1', '-1']);
    await settle(() => fireEvent.keyDown(bars()[0]!, { key: 'Enter' }));
    await settle(() => fireEvent.click(bars()[2]!));
    expect(host.opened).toEqual([`${FRAUD}/1`, `${FRAUD}/3`]);
  });

  it('is a table for whoever wants one', async () => {
    await shown(SPANS);
    const rows = within(screen.getByRole('table', { name: 'Moves' }))
      .getAllByRole('row')
      .slice(1);
    expect(rows.map(each => [...each.children].map(cell => cell.textContent).slice(0, 2))).toEqual([
      ['@Champion', 'v2'],
      ['@old', 'v3'],
      ['@Champion', 'v1']
    ]);
    expect(rows[0]?.textContent).toContain('still there');
    expect(rows[2]?.textContent).toContain('the first');
  });

  it('draws its end alone when that is asked for', async () => {
    await shown(SPANS);
    await settle(() => fireEvent.change(screen.getByLabelText('Time'), { target: { value: '1' } }));
    expect(screen.getByRole('option', { name: 'Last 30 days', selected: true })).toBeTruthy();
    expect(bars().map(each => each.getAttribute('aria-label')?.slice(0, 15))).toEqual(['@Champion at v2']);
  });

  it('draws bars of many moves within the picture, none of them invisible', async () => {
    const many = Array.from({ length: 300 }, (_, at) => span('Champion', 1 + (at % 9), at, at < 299 ? at + 1 : null));
    await shown(many, 300);
    const boxes = bars().map(each => {
      const rect = each.querySelector('rect')!;
      return [Number(rect.getAttribute('x')), Number(rect.getAttribute('width'))] as const;
    });
    expect(boxes).toHaveLength(300);
    expect(boxes.filter(([x, width]) => x < 0 || width < 1 || x + width > 600.01)).toEqual([]);
  });

  it('is read again when an alias moves', async () => {
    await shown(SPANS);
    const asked = (): number => client.calls.filter(each => each.op === 'history.timeline').length;
    expect(asked()).toBe(1);
    await settle(() => void client.call('aliases.set', { model: FRAUD, alias: 'Champion', version: 4 }), 50);
    expect(asked()).toBe(2);
  });

  it('says that nothing has moved yet, and why it cannot be read', async () => {
    await shown([]);
    expect(screen.getByText('No alias has pointed anywhere yet')).toBeTruthy();
    cleanup();
    client.timelines.clear();
    await showPage(client, FRAUD);
    await settle(() => undefined);
    expect(screen.getByText(`no model ${FRAUD}`)).toBeTruthy();
  });
});

describe('the axis', () => {
  it.each([
    ['minutes', 10 / 1440, /^(\d\d:\d\d|\d{4}-\d\d-\d\d)$/],
    ['hours', 1, /^(\d\d:00|\d{4}-\d\d-\d\d)$/],
    ['days', 30, /^\d{4}-\d\d-\d\d$/],
    ['months', 400, /^\d{4}-\d\d$/],
    ['years', 9000, /^\d{4}$/]
  ])('has marks at round times, no more than have room: %s', (_, days, text) => {
    const found = ticks(START, START + days * DAY, 7);
    expect(found.length).toBeGreaterThan(1);
    expect(found.length).toBeLessThan(10);
    expect(found.filter(each => !text.test(each.text) || each.time < START)).toEqual([]);
  });
});
