import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError, type RunInfo } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
import { FakeRegistries } from '../support/fakeRegistries';
import { alerts, AWAY, choose, field, open, press, shownLine, type, wait } from '../support/dialogHost';

const FRAUD = 'prod.ml_team.fraud';
const RUN = '4f'.repeat(16);
const ID = `m-${'0a'.repeat(16)}`;

let client: FakeClient;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  client = new FakeClient();
  client.model(FRAUD, 3, { Champion: 2 });
  client.model('iris', 1);
  client.schema('staging.ml_team');
  logged(ID, 'forest', RUN);
  logged(`m-${'1b'.repeat(16)}`, 'linear', null, false);
  client.runs.push({ run_id: RUN, name: 'kind-bee', experiment: 'cards', start_time: 1 } as RunInfo);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function logged(id: string, name: string, run: string | null, signature = true): void {
  const facts = { run_name: run && 'kind-bee', experiment: 'cards', created_at: client.loggedModels.length };
  client.loggedModels.push({
    ...facts,
    uri: `models:/${id}`,
    name,
    model_id: id,
    run_id: run,
    has_signature: signature,
    flavors: ['sklearn'],
    metrics: { auc: 0.91234567, loss: 0.2, rmse: 1 },
    url: null
  });
}

const options = (): (string | null)[] =>
  screen.queryAllByRole('option').map(each => each.querySelector('bdi')?.textContent ?? each.textContent);
const registered = (): unknown[] =>
  client.calls.filter(each => each.op === 'versions.register').map(each => each.params);

async function pick(name: string): Promise<void> {
  fireEvent.click(screen.getByText(name));
  await wait(300);
}

describe('what to register', () => {
  it('is a logged model from the list, filtered by typing', async () => {
    const { told } = await open(client, { kind: 'register', model: FRAUD });
    expect(options()).toEqual(['linear', 'forest']);
    await type('Find a logged model', 'for');
    expect(options()).toEqual(['forest']);
    fireEvent.keyDown(field('Find a logged model'), { key: 'ArrowDown' });
    await wait();
    fireEvent.keyDown(field('Find a logged model'), { key: 'Enter' });
    await wait(300);
    expect(shownLine()).toBe(`%modelreg register models:/${ID} ${FRAUD}`);
    await press('Register');
    expect(told).toEqual([{ ok: true, message: `Registered ${FRAUD}/4 from models:/${ID}` }]);
  });

  it('is a logged model by its id alone', async () => {
    await open(client, { kind: 'register', model: FRAUD });
    await type('Find a logged model', ID);
    expect(shownLine()).toContain(`models:/${ID} `);
  });

  it('warns of a logged model without a signature', async () => {
    await open(client, { kind: 'register', model: FRAUD });
    await pick('linear');
    expect(screen.getByText(/without a signature/)).toBeTruthy();
  });

  it('is the model of a run; one alone is picked', async () => {
    await open(client, { kind: 'register', model: FRAUD });
    await choose('Run');
    await pick('kind-bee');
    expect(shownLine()).toContain(`models:/${ID} `);
    await press('Another run');
    expect(options()).toEqual(['kind-bee']);
    await type('Find a run', RUN);
    expect(shownLine()).toContain(`models:/${ID} `);
  });

  it('is known to a click that comes before the models of its run', async () => {
    const { told } = await open(client, { kind: 'register', model: FRAUD });
    await choose('Run');
    fireEvent.click(screen.getByText('kind-bee'));
    const answer = client.hold();
    fireEvent.click(screen.getByRole('button', { name: 'Register' }));
    await wait();
    expect(alerts()).toEqual([]);
    expect(screen.getByRole('button', { name: 'Checking…' })).toBeTruthy();
    answer();
    await wait(300);
    await wait(300);
    expect(told).toEqual([{ ok: true, message: `Registered ${FRAUD}/4 from models:/${ID}` }]);
  });

  it('is asked for after such a click when the run logged several', async () => {
    logged(`m-${'2c'.repeat(16)}`, 'second', RUN);
    await open(client, { kind: 'register', model: FRAUD });
    await choose('Run');
    fireEvent.click(screen.getByText('kind-bee'));
    await press('Register');
    expect(alerts()[0]).toContain('No model of the run is picked');
    expect(registered()).toEqual([]);
    await pick('second');
    expect(registered()).toEqual([]);
  });

  it('is one of several models of a run, or a folder among its artifacts', async () => {
    logged(`m-${'2c'.repeat(16)}`, 'second', RUN);
    await open(client, { kind: 'register', model: FRAUD });
    await choose('Run');
    await pick('kind-bee');
    expect(options()).toEqual(['second', 'forest']);
    await pick('forest');
    expect(shownLine()).toContain(`models:/${ID} `);
    await press('Another run');
    await type('Find a run', 'runs:/4f/model');
    expect(shownLine()).toContain('register runs:/4f/model ');
  });

  it('can be typed when the tracking server cannot be asked', async () => {
    const error = new RegistryError('SOURCE_UNAVAILABLE', 'the tracking server does not answer');
    client.failure = { error, ops: ['tracking.logged_models', 'tracking.runs'] };
    const { closed } = await open(client, { kind: 'register', model: FRAUD });
    expect(screen.getByText(/Write the id or URI instead/).textContent).toContain(
      'The tracking server does not answer.'
    );
    expect(alerts()).toEqual([]);
    await type('Find a logged model', `models:/${ID}`);
    await press('Register');
    expect(closed).toEqual([true]);
  });

  it('is missing at first, and a registered version must be spelled right', async () => {
    await open(client, { kind: 'register', model: FRAUD });
    await press('Register');
    expect(alerts()[0]).toContain('No logged model is picked');
    await choose('Folder or URI');
    await type('Path or URI', 'models:/iris@not ok');
    expect(alerts()[0]).toContain("Alias 'not ok' is not allowed");
    expect(registered()).toEqual([]);
  });
});

describe('where it goes', () => {
  const outcome = (): string | null => screen.queryByText(/^Becomes/)?.textContent ?? null;

  it('is a model found by typing', async () => {
    await open(client, { kind: 'register', source: './m' });
    await type('Model', 'FRA');
    expect(options()).toEqual([FRAUD]);
    await pick(FRAUD);
    expect(outcome()).toBe(`Becomes v4 of ${FRAUD}`);
  });

  it('is completed from catalog to schema to model', async () => {
    await open(client, { kind: 'register', source: './m' });
    await type('Model', 'pr');
    expect(options()).toEqual(['prod.', FRAUD]);
    await pick('prod.');
    expect(field('Model').value).toBe('prod.');
    expect(options()).toEqual(['prod.ml_team.', FRAUD]);
    await pick('prod.ml_team.');
    expect(options()).toEqual([FRAUD]);
  });

  it('is new and governed by its name alone, and says what is created for it', async () => {
    await open(client, { kind: 'register', source: './m' });
    await type('Model', 'prod.ml_team.churn');
    expect(outcome()).toBe('Becomes v1 of the new governed model prod.ml_team.churn');
    await type('Model', 'prod.risk.churn');
    expect(outcome()).toBe('Becomes v1 of the new governed model prod.risk.churn; creates schema risk');
    await type('Model', 'dev.me.churn');
    expect(outcome()).toBe('Becomes v1 of the new governed model dev.me.churn; creates catalog dev and schema me');
    expect(shownLine()).toBe('%modelreg register ./m dev.me.churn');
    await type('Model', 'dev.me.two words');
    expect(alerts()[0]).toContain("Model name 'two words' is not allowed");
  });

  it('says nothing of a name that is still being written, and what is missing when one goes on', async () => {
    await open(client, { kind: 'register', source: './m' }, { defaultNamespace: 'prod.ml_team' });
    expect(field('Model').value).toBe('prod.ml_team.');
    for (const typed of ['prod', 'prod.', 'prod.ml_team', 'prod.ml_team.']) {
      await type('Model', typed);
      expect(alerts()).toEqual([]);
      expect(screen.queryByRole('checkbox')).toBeNull();
    }
    field('Model').focus();
    field('Reason optional').focus();
    await wait(300);
    expect(alerts()[0]).toContain('prod.ml_team. is not a full name yet: a part is missing');
    await press('Register');
    expect(registered()).toEqual([]);
  });

  it.each(['risk.fruad', 'forest', 'a.b.c.d'])('asks before %s becomes a workspace model', async name => {
    await open(client, { kind: 'register', source: './m' });
    await type('Model', name);
    await press('Register');
    expect(registered()).toEqual([]);
    expect(alerts()[0]).toContain('is not catalog.schema.model');
    fireEvent.click(screen.getByRole('checkbox', { name: 'Make it a workspace model' }));
    await wait(300);
    expect(outcome()).toBe(`Becomes v1 of the new workspace model ${name}`);
    await press('Register');
    expect(registered()).toEqual([expect.objectContaining({ model: name, create_model: true })]);
  });

  it.each(['prod.risk.', 'prod..x', '.x'])('makes no model of %s, which lacks a part', async name => {
    await open(client, { kind: 'register', source: './m' });
    await type('Model', name);
    await press('Register');
    expect(alerts()[0]).toContain('a part is missing');
    expect(screen.queryByRole('checkbox')).toBeNull();
    expect(registered()).toEqual([]);
  });

  it('asks nothing about a workspace model that is there', async () => {
    await open(client, { kind: 'register', source: './m' });
    await type('Model', 'iris');
    expect(outcome()).toBe('Becomes v2 of iris');
    await press('Register');
    expect(registered()).toEqual([expect.objectContaining({ model: 'iris', create_model: false })]);
  });

  it('shows the line once the fields are right', async () => {
    await open(client, { kind: 'register', source: './m' });
    expect(screen.queryByRole('group', { name: 'The same as a line' })).toBeNull();
    await type('Model', FRAUD);
    expect(shownLine()).toBe(`%modelreg register ./m ${FRAUD}`);
  });
});

describe('registering', () => {
  const everything = {
    kind: 'register',
    source: './m',
    model: FRAUD,
    aliases: ['Best'],
    tags: { task: 'x' },
    description: 'better',
    reason: 'review'
  } as const;

  it('sends everything, and tells', async () => {
    const { told } = await open(client, everything);
    await type(/^Aliases/, 'Best, @Next  Best');
    await press('Register');
    expect(registered()).toEqual([
      {
        source: './m',
        model: FRAUD,
        aliases: ['Best', 'Next'],
        tags: { task: 'x' },
        description: 'better',
        create_model: false,
        reason: 'review'
      }
    ]);
    expect(told).toEqual([
      { ok: true, message: `Registered ${FRAUD}/4 from ./m; @Best points at it; @Next points at it` }
    ]);
  });

  it('shows how far it has come, and does not pretend that closing stops it', async () => {
    const { told, closed } = await open(client, everything);
    const call = client.call.bind(client);
    let go = (): void => undefined;
    vi.spyOn(client, 'call').mockImplementation((op, params, signal, onProgress) => {
      if (op === 'versions.register') {
        go = client.hold();
        onProgress?.({ what: 'copying files', done: 12_000_000, total: 80_000_000, unit: 'bytes' });
      }
      return call(op, params, signal, onProgress);
    });
    await press('Register');
    expect(screen.getByRole('progressbar').getAttribute('value')).toBe('12000000');
    expect(screen.getByText(/Copying files: 12\.0 MB of 80\.0 MB\. Closing does not stop it/)).toBeTruthy();
    await press('Close');
    expect(closed).toEqual([false]);
    go();
    await wait();
    expect(told).toEqual([{ ok: true, message: `Registered ${FRAUD}/4 from ./m; @Best points at it` }]);
  });

  it('keeps all that was typed when it fails', async () => {
    await open(client, everything);
    client.failure = { error: AWAY };
    await press('Register');
    expect(field(/^Description/).value).toBe('better');
    expect(field('Value of task').value).toBe('x');
    client.failure = null;
    await press('Retry');
    expect(registered()).toHaveLength(2);
  });
});

describe('the list of logged models', () => {
  it('says by what they can be told apart', async () => {
    await open(client, { kind: 'register' });
    const [last] = screen.getAllByRole('option');
    expect(last?.textContent).toMatch(/sklearn · auc 0\.912\d* · loss 0\.2 · (?:kind-bee · )?cards · /);
  });
});

describe('registering at a server', () => {
  /** The dialog while a folder is sent: how far that has come, and what there is to stop it. */
  async function sending(): Promise<{
    closed: readonly boolean[];
    stopped: () => boolean;
    sent: (done: number) => Promise<void>;
  }> {
    const registries = new FakeRegistries();
    registries.own = 'modelreg:https://models.example.org';
    let heard: ((done: number) => void) | undefined;
    let given: AbortSignal | undefined;
    const call = client.call.bind(client);
    vi.spyOn(client, 'call').mockImplementation((op, params, signal, onProgress) => {
      if (op !== 'versions.register') {
        return call(op, params, signal, onProgress);
      }
      given = signal;
      heard = done => onProgress?.({ what: 'Sending model files', done, total: 80, unit: 'bytes' });
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('stopped'))));
    });
    const { closed } = await open(
      client,
      { kind: 'register', model: FRAUD, source: '/home/ana/m' },
      {},
      {},
      null,
      registries
    );
    await press('Register');
    const sent = async (done: number): Promise<void> => {
      heard?.(done);
      await wait();
    };
    return { closed, stopped: () => given?.aborted === true, sent };
  }

  it('says how much is sent, and stops', async () => {
    const { closed, stopped, sent } = await sending();
    await sent(40);
    expect(screen.getByRole('progressbar').getAttribute('value')).toBe('40');
    expect(document.querySelector('.mreg-going')?.textContent).toBe('Sending model files: 40 B of 80 B. ');
    await press('Stop');
    expect(stopped()).toBe(true);
    expect(alerts()).toEqual([]);
    expect(screen.getByRole('button', { name: 'Register' })).toBeTruthy();
    expect(closed).toEqual([]);
  });

  it('does not pretend to stop what has arrived', async () => {
    const { closed, stopped, sent } = await sending();
    await sent(80);
    expect(screen.queryByRole('button', { name: 'Stop' })).toBe(null);
    expect(document.querySelector('.mreg-going')?.textContent).toContain('Closing does not stop it');
    await press('Close');
    expect([closed, stopped()]).toEqual([[false], false]);
  });
});
