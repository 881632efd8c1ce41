import * as React from 'react';

import { asRegistryError, type Progress, type RegistryError } from '../../client/client';
import { copyText } from '../../components/clipboard';
import { Icon, type IconName } from '../../components/Icon';
import { useHost } from '../../host/host';
import { accessRequest } from '../../host/asking';
import { accessIn } from '../../registry/governance/requests';
import { type Need, useRefusal } from '../../host/rights';
import { countText, sizeText } from '../../registry/format';
import { ErrorMessage } from '../../host/ErrorBanner';
import { Field } from './Field';
import type { Form } from './useForm';
import { asSentence } from '../../components/sentence';

/** Errors after which the same may work a moment later. */
const PASSING = ['UNREACHABLE', 'BUSY'];

interface Props {
  form: Form;
  title: string;
  icon: IconName;
  /** What it is about, in full. */
  about?: string;
  /** What the button says that does it, and while it does. */
  action: string;
  doing: string;
  /** Whether it takes something away: then no Enter in a field does it, and the focus begins at Cancel. */
  danger?: boolean;
  /** Why it cannot be done at all; null when it can. */
  blocked?: string | null;
  /** The `%modelreg` line that does the same; null when there is none, undefined where there is no use for one. */
  line?: string | null;
  /** Whether there is no reason to give: it changes nothing. */
  harmless?: boolean;
  /** Whether the line is shown though it cannot be done here. */
  lineAnyway?: boolean;
  /** What can be done in its place when it is refused; null where nothing can. */
  instead?: { readonly label: string; run: () => void } | null;
  /** Whether all is done, and what came of it is shown. */
  over?: boolean;
  /** What keeps the fields from being shown yet: the wait, or why it was in vain. */
  waiting?: { readonly error: RegistryError | null; retry: () => void } | null;
  children: React.ReactNode;
}

/** Whether dialogs are forms in a cell's output, which is theirs alone, and not on top of the page. */
export const InOutput = React.createContext(false);

/** What it takes to do what the dialog is for; null where it takes no right, or nobody knows yet which. */
export const NeedContext = React.createContext<Need | null>(null);

/** What all dialogs have around their fields: a title, the reason, the line, what went wrong, and the buttons. */
export function DialogFrame(given: Props): React.JSX.Element {
  const refusal = useRefusal(React.useContext(NeedContext));
  const props = refusal === null ? given : { ...given, blocked: given.blocked ?? refusal.message };
  const { form, title, icon, about, danger = false, waiting = null, over = false } = props;
  const submit = (): void => (refusal === null ? form.submit() : undefined);
  const id = React.useId();
  const [leaving, setLeaving] = React.useState(false);
  const inOutput = React.useContext(InOutput);
  const ref = useDialog(form, waiting === null, { modal: !inOutput, danger, over });
  const leave = (event: React.SyntheticEvent): void => {
    event.preventDefault();
    if (form.stop !== null) {
      return; // its own button stops it, and no key or click beside it
    }
    if (form.changed && !form.busy && !leaving && !over) {
      setLeaving(true);
    } else {
      form.close();
    }
  };
  return (
    <dialog
      ref={ref}
      open={inOutput || undefined}
      tabIndex={inOutput ? -1 : undefined}
      className={`mreg-root mreg-dialog${inOutput ? ' mreg-mod-in-output' : ''}`}
      aria-labelledby={id}
      data-lm-suppress-shortcuts="true"
      onCancel={leave}
      onClose={form.close}
      onMouseDown={event => event.target === ref.current && leave(event)}
      onContextMenu={event => event.stopPropagation()}
      onKeyDown={event => {
        pressed(event, danger ? null : submit);
        if (inOutput && event.key === 'Escape' && !event.defaultPrevented) {
          leave(event);
        }
      }}
    >
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          if (!danger) {
            submit();
          }
        }}
        onInput={() => setLeaving(false)}
      >
        <header className="mreg-dialog-header">
          <Icon name={icon} />
          <h2 id={id}>{title}</h2>
          {about !== undefined && (
            <bdi className="mreg-dialog-about" title={about}>
              {about}
            </bdi>
          )}
        </header>
        {refusal && <Refused refusal={refusal} instead={given.instead ?? null} />}
        {waiting ? <Waiting error={waiting.error} onRetry={waiting.retry} /> : <Body {...props} />}
        <Footer {...props} leaving={leaving} onLeave={leave} />
      </form>
    </dialog>
  );
}

interface Manner {
  readonly modal: boolean;
  readonly danger: boolean;
  readonly over: boolean;
}

/** Moves the focus in the dialog; a modal one is shown over everything else, and gives the focus back when it goes. */
function useDialog(form: Form, ready: boolean, { modal, danger, over }: Manner): React.RefObject<HTMLDialogElement> {
  const ref = React.useRef<HTMLDialogElement>(null);
  React.useLayoutEffect(() => {
    const dialog = ref.current;
    if (!modal) {
      // It was asked for by a click, so the keys belong to it from now on, as they do to a modal dialog.
      dialog?.focus();
      return undefined;
    }
    dialog?.showModal();
    return () => dialog?.close();
  }, [modal]);
  React.useEffect(() => {
    if (ready) {
      const first = danger
        ? '.mreg-dialog-cancel'
        : '[data-first], .mreg-dialog-body :is(input:not([type=radio]), textarea)';
      ref.current?.querySelector<HTMLElement>(first)?.focus();
    }
  }, [ready, danger]);
  React.useEffect(() => {
    if (form.attempts > 0) {
      ref.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
    }
  }, [form.attempts]);
  React.useEffect(() => {
    if (form.held > 0) {
      ref.current?.querySelector<HTMLElement>('.mreg-dialog-action')?.focus();
    }
  }, [form.held]);
  React.useEffect(() => {
    if (over) {
      ref.current?.querySelector<HTMLElement>('.mreg-dialog-cancel')?.focus();
    }
  }, [over]);
  const { error } = form;
  React.useEffect(() => {
    if (error) {
      ref.current?.querySelector<HTMLElement>(danger ? '.mreg-dialog-cancel' : '.mreg-dialog-action')?.focus();
    }
  }, [error, danger]);
  return ref;
}

/** No key typed here is a shortcut of the page; Control or Command with Enter does `submit` from any field. */
function pressed(event: React.KeyboardEvent, submit: (() => void) | null): void {
  event.stopPropagation();
  if (submit && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    submit();
  }
}

function Waiting({ error, onRetry }: { error: RegistryError | null; onRetry: () => void }): React.JSX.Element {
  return (
    <div className="mreg-dialog-body">
      {error ? <ErrorMessage error={error} onRetry={onRetry} /> : <p className="mreg-quiet">Loading…</p>}
    </div>
  );
}

function Body({ form, line, lineAnyway, blocked, harmless, over, children }: Props): React.JSX.Element {
  return (
    // A fieldset does not scroll by itself.
    <div className="mreg-dialog-body">
      <fieldset disabled={form.busy || form.waiting}>
        {children}
        {!blocked && !over && !harmless && <Reason form={form} />}
        {((!blocked && !over && form.valid) || lineAnyway) && line !== undefined && <Line text={line} />}
      </fieldset>
    </div>
  );
}

function Reason({ form }: { form: Form }): React.JSX.Element {
  return (
    <Field form={form} name="reason" label="Reason" optional>
      {control => (
        <input
          {...control}
          type="text"
          autoComplete="off"
          placeholder="Why; kept in the activity log"
          value={form.reason}
          onChange={event => form.setReason(event.target.value)}
        />
      )}
    </Field>
  );
}

/** The line that does the same as the dialog, to be copied; null where none can. */
function Line({ text }: { text: string | null }): React.JSX.Element {
  const [copied, setCopied] = React.useState<string | null>(null);
  const copy = (line: string): void => {
    copyText(line).then(
      () => setCopied('Copied'),
      (error: unknown) => setCopied(asRegistryError(error).message)
    );
  };
  React.useEffect(() => setCopied(null), [text]);
  return (
    <div className="mreg-line" role="group" aria-label="The same as a line">
      {text === null ? (
        <span className="mreg-quiet">No %modelreg line can name this model</span>
      ) : (
        <>
          <code>{text.split(/(\s+)/).map((word, at) => (at % 2 === 0 ? <span key={at}>{word}</span> : word))}</code>
          <span className="mreg-quiet" role="status">
            {copied}
          </span>
          <button
            type="button"
            className="mreg-button"
            aria-label="Copy the line"
            title="Copy the line"
            onClick={() => copy(text)}
          >
            <Icon name={copied === 'Copied' ? 'check' : 'copy'} />
          </button>
        </>
      )}
    </div>
  );
}

function Footer(
  props: Props & { leaving: boolean; onLeave: (event: React.SyntheticEvent) => void }
): React.JSX.Element {
  const { form, action, doing, danger, blocked, waiting, over, leaving, onLeave, instead } = props;
  const passing = form.error !== null && PASSING.includes(form.error.code);
  return (
    <footer className="mreg-dialog-footer">
      {form.error && <Failure error={form.error} instead={instead ?? null} />}
      {form.busy && <Going doing={doing} progress={form.progress} stoppable={form.stop !== null} />}
      {leaving && !form.busy && (
        <p className="mreg-dialog-leaving" role="alert">
          Nothing is saved yet. Discard what you typed?
        </p>
      )}
      <div className="mreg-dialog-buttons">
        <button type="button" className="mreg-action mreg-mod-second mreg-dialog-cancel" onClick={form.stop ?? onLeave}>
          {form.stop ? 'Stop' : form.busy || blocked || over ? 'Close' : leaving ? 'Discard' : 'Cancel'}
        </button>
        {!waiting && !blocked && !over && (
          <button
            type={danger ? 'button' : 'submit'}
            className={`mreg-action mreg-dialog-action${danger ? ' mreg-mod-danger' : ''}`}
            aria-disabled={form.busy || form.waiting}
            onClick={danger ? form.submit : undefined}
          >
            {form.busy ? doing : form.waiting ? 'Checking…' : passing ? 'Retry' : action}
          </button>
        )}
      </div>
    </footer>
  );
}

/** Codes of refusals that somebody else's approval, or a right, may change. */
const REFUSED = ['POLICY_REFUSED', 'PERMISSION_DENIED'];

interface Said {
  readonly message: string;
  readonly hint: string | null;
}

/** What can be done in its place. */
type Instead = NonNullable<Props['instead']> | null;

/** That the person may not do what the dialog is for, known before they have tried. */
function Refused({ refusal, instead }: { refusal: Said; instead: Instead }): React.JSX.Element {
  return (
    <div className="mreg-dialog-refused">
      <div className="mreg-effect mreg-mod-warning" role="alert">
        <Ways said={refusal} instead={instead} />
      </div>
    </div>
  );
}

function Failure({ error, instead }: { error: RegistryError; instead: Instead }): React.JSX.Element {
  return (
    <div className="mreg-dialog-error" role="alert">
      <Icon name="warning" />
      <div>
        <Ways said={error} instead={REFUSED.includes(error.code) ? instead : null} />
      </div>
    </div>
  );
}

/** What was said, and what can be done about it from here. */
function Ways({ said, instead }: { said: Said; instead: Instead }): React.JSX.Element {
  const host = useHost();
  const { message, hint } = said;
  const access = accessIn(hint);
  return (
    <>
      <div>{asSentence(message)}</div>
      {hint && <div className="mreg-quiet">{asSentence(hint)}</div>}
      {instead && (
        <button type="button" className="mreg-link mreg-instead" onClick={instead.run}>
          {instead.label}
        </button>
      )}
      {access && (
        <button
          type="button"
          className="mreg-link mreg-instead"
          onClick={() => void host.openDialog({ ...accessRequest(access) })}
        >
          Request {access.privilege}…
        </button>
      )}
    </>
  );
}

/** How far it has come. Where the registry finishes what it has begun, closing does not pretend to stop it. */
function Going(props: { doing: string; progress: Progress | null; stoppable: boolean }): React.JSX.Element {
  const { doing, progress, stoppable } = props;
  const total = progress?.total ?? 0;
  return (
    <div className="mreg-going" role="status">
      {progress && total > 0 ? (
        <progress max={total} value={progress.done} aria-label={progress.what} />
      ) : (
        <div className="mreg-moving" role="progressbar" aria-label={doing} />
      )}
      <div className="mreg-quiet">
        {progress ? `${progressText(progress)}. ` : ''}
        {stoppable ? '' : 'Closing does not stop it; you will be told how it went.'}
      </div>
    </div>
  );
}

/** `Writing model files: 2 MB of 3 MB`, `Importing versions: 120 of 4,000 versions`. */
function progressText({ what, done, total, unit }: Progress): string {
  const text = unit === 'bytes' ? sizeText : countText;
  const counted = unit === 'bytes' ? '' : ` ${unit}`;
  return `${asSentence(`${what}:`)} ${text(done)}${total > 0 ? ` of ${text(total)}` : ''}${counted}`;
}
