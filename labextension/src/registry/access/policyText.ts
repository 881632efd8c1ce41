import type { Policy } from '../../client/client';
import { listed, placeText } from './privileges';

/** What a policy on an alias asks for, and where it comes from, as a sentence. */
export function policyText(policy: Policy): string {
  const from = policy.kind === 'default' ? '' : ` of ${placeText({ kind: policy.kind, name: policy.on })}`;
  const mode = policy.mode === 'warn' ? ', which only warns' : '';
  return `${asked(policy)} (policy ${policy.name}${from}${mode})`;
}

function asked({ rule, parameters }: Policy): string {
  const words = Object.values(parameters).flat();
  switch (rule) {
    case 'approvals': {
      const [count = '1'] = parameters['count'] ?? [];
      return `${count === '1' ? 'an approval' : `${count} approvals`} by ${listed(parameters['group'] ?? [])}`;
    }
    case 'allowed-principals':
      return `set by ${listed(words)} only`;
    case 'filter':
      return `a version of which ${words.join(' ')}`;
    case 'required-tags':
      return `a version with ${words.length === 1 ? 'the tag' : 'the tags'} ${listed(words)}`;
    case 'required-description':
      return 'a version with a description';
    case 'required-reason':
      return 'a reason';
    case 'same-signature':
      return 'the signature of the version it points at now';
    default:
      return [rule, ...words].join(' ');
  }
}
