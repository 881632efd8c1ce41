import * as React from 'react';

import { asRegistryError, type RegistryError } from '../../client/client';
import { asSentence } from '../../components/sentence';
import { Choice } from '../../dialogs/form/Field';
import { useHost } from '../../host/host';
import { MentionField } from './MentionField';

interface Props {
  /** What the field is called. */
  label: string;
  /** What the button says. */
  action: string;
  /** What stands in it at first. */
  first?: string;
  /** Do it; rejects as `Client.call` does, and what was typed stays then. */
  onSubmit: (text: string) => Promise<void>;
  /** Called when it is given up; without it, it cannot be. */
  onCancel?: () => void;
}

/** A field to say something in, with a look at how it will read. */
export function Composer({ label, action, first = '', onSubmit, onCancel }: Props): React.JSX.Element {
  const { Markdown } = useHost();
  const [text, setText] = React.useState(first);
  const [shown, setShown] = React.useState<'write' | 'preview'>('write');
  const [busy, setBusy] = React.useState(false);
  const [error, setError] = React.useState<RegistryError | null>(null);
  const there = React.useRef(true);
  React.useEffect(() => {
    there.current = true;
    return () => {
      there.current = false;
    };
  }, []);
  const ready = text.trim() !== '' && !busy;
  const submit = async (): Promise<void> => {
    if (!ready) {
      return;
    }
    setBusy(true);
    setError(null);
    let failure: RegistryError | null = null;
    try {
      await onSubmit(text);
    } catch (reason) {
      failure = asRegistryError(reason);
    }
    if (there.current) {
      setBusy(false);
      setError(failure);
      if (failure === null) {
        setText(first === '' ? '' : text);
        setShown('write');
      }
    }
  };
  return (
    <form
      className="mreg-composer"
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <Choice
        label="View"
        value={shown}
        options={[
          ['write', 'Write'],
          ['preview', 'Preview']
        ]}
        onChange={setShown}
      />
      {shown === 'write' ? (
        <MentionField
          label={label}
          text={text}
          focused={onCancel !== undefined}
          onChange={setText}
          onSubmit={() => void submit()}
          {...(onCancel && { onCancel })}
        />
      ) : (
        <div className="mreg-composer-preview">
          {text.trim() === '' ? <p className="mreg-quiet">Nothing to show yet</p> : <Markdown text={text} />}
        </div>
      )}
      {error && (
        <div className="mreg-problem" role="alert">
          <div>{asSentence(error.message)}</div>
          {error.hint && <div className="mreg-quiet">{asSentence(error.hint)}</div>}
        </div>
      )}
      <div className="mreg-composer-buttons">
        <span className="mreg-quiet">Markdown; @name speaks to somebody</span>
        {onCancel && (
          <button type="button" className="mreg-action mreg-mod-plain" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button type="submit" className="mreg-action" aria-disabled={!ready}>
          {action}
        </button>
      </div>
    </form>
  );
}
