import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RegistryError, type RunInfo } from '../../src/client/client';
import { FakeClient } from '../support/fakeClient';
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
    expect(screen.getByText(/There is no list just now/).textContent).toContain('the tracking server does not answer');
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
  it('is a model found by typing', async () => {
    await open(client, { kind: 'register', source: './m' });
    await type('Model name', 'FRA');
    expect(options()).toEqual([FRAUD]);
    await pick(FRAUD);
    expect(screen.getByText(`Becomes v4 of ${FRAUD}`)).toBeTruthy();
    await type('Model name', 'nobody');
    expect(alerts()).toEqual(['No model nobodyPick one from the list, or make it a new model']);
  });

  it('is a new model in the default schema, another one, or the workspace', async () => {
    await open(client, { kind: 'register', source: './m' }, { defaultNamespace: 'prod.ml_team' });
    expect(field('Schema').value).toBe('prod.ml_team');
    expect(screen.getByRole('option', { name: 'staging.ml_team' })).toBeTruthy();
    await type('Model name', 'churn');
    expect(screen.getByText('Becomes v1 of the new governed model prod.ml_team.churn')).toBeTruthy();
    await type('Model name', 'two words');
    expect(alerts()[0]).toContain("Model name 'two words' is not allowed");
    fireEvent.change(field('Schema'), { target: { value: '' } });
    await wait(300);
    expect(screen.getByText('Becomes v1 of the new workspace model two words')).toBeTruthy();
    fireEvent.change(field('Schema'), { target: { value: '/' } });
    await type('Schema name', 'dev');
    expect(alerts()[0]).toContain("'dev' is not a schema");
    await type('Schema name', 'dev.me');
    await type('Model name', 'churn');
    expect(shownLine()).toBe('%modelreg register ./m dev.me.churn');
  });

  it('says so when a new name is taken', async () => {
    await open(client, { kind: 'register', source: './m', namespace: 'prod.ml_team' });
    await type('Model name', 'fraud');
    expect(screen.getByText(`Becomes v4 of ${FRAUD}`)).toBeTruthy();
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
    expect(told).toEqual([{ ok: true, message: `Registered ${FRAUD}/4 from ./m; @Best, @Next point at it` }]);
  });

  it('shows how far it has come, and does not pretend that closing stops it', async () => {
    const { told, closed } = await open(client, everything);
    const call = client.call.bind(client);
    let go = (): void => undefined;
    vi.spyOn(client, 'call').mockImplementation((op, params, signal, onProgress) => {
      if (op === 'versions.register') {
        go = client.hold();
        onProgress?.({ what: 'copying files', done: 12_000_000, total: 80_000_000 });
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
