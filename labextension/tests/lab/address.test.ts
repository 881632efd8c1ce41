import { describe, expect, it } from 'vitest';

import { addressOf, askedBy, withoutAsked } from '../../src/lab/opener/address';
import { pageKey, pageOfKey } from '../../src/registry/target';

describe('the address of a page', () => {
  it.each([
    'prod.ml.fraud',
    'prod.ml.fraud/12',
    'run:0a1b',
    'experiment:7',
    'logged-model:m-0a1b',
    'my old model/3',
    'größe & co',
    'trash:',
    'registry:',
    'catalog:prod',
    'schema:prod.ml',
    'compare:prod.ml.fraud/1:prod.ml.churn@Champion',
    "find:alias = 'Champion' and metrics.auc > 0.9"
  ])('leads to %s', key => {
    const address = new URL(addressOf('https://hub.example/user/ana/lab', key));
    const asked = askedBy(address.search);
    expect(asked && 'page' in asked ? pageKey(asked.page) : null).toBe(key);
    expect(asked).toEqual({ page: pageOfKey(key) });
  });

  it('can be read', () => {
    expect(addressOf('/lab', 'prod.ml.fraud/12')).toBe('/lab?modelreg=prod.ml.fraud/12');
  });

  it.each([
    ['?modelreg=models:/prod.ml.fraud@Champion', 'prod.ml.fraud@Champion'],
    ['?reset&modelreg=prod.ml.fraud/latest', 'prod.ml.fraud/latest']
  ])('may be %s, which the registry has to look up', (search, reference) => {
    expect(askedBy(search)).toEqual({ reference });
  });

  it.each([
    '',
    '?modelreg=',
    '?modelreg=a&modelreg=b',
    '?modelreg=%3Cimg%20src=x%3E%00',
    '?modelreg=a/b/c/1',
    '?modelreg=run:',
    '?modelreg=run:..%2F..%2Flogin',
    '?modelreg=experiment:..%2Flogin',
    '?modelreg=javascript:alert(1)',
    `?modelreg=${'x'.repeat(2000)}`,
    '?modelreg=prod.ml.fraud@',
    '?modelreg=compare:',
    '?modelreg=compare:prod.ml.fraud/1:a/b/c',
    '?modelreg=compare:a/1:a/2:a/3:a/4:a/5:a/6'
  ])('is not %s', search => {
    expect(askedBy(search)).toBeNull();
  });

  it('leaves the rest of an address alone', () => {
    expect(withoutAsked('?modelreg=a.b.c/1')).toBe('');
    expect(withoutAsked('?token=t&modelreg=a.b.c/1&factory=Editor')).toBe('?token=t&factory=Editor');
  });
});
