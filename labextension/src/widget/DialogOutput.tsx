import * as React from 'react';

import { DialogView } from '../dialogs/DialogView';
import { InOutput } from '../dialogs/form/DialogFrame';
import type { DialogRequest } from '../host/dialogRequest';
import { HostProvider } from '../host/host';
import { Icon } from '../components/Icon';
import { Notifications } from '../panel/Notifications';
import type { InlineHost } from '../host/inlineHost';
import type { PageTarget } from '../registry/target';
import { ChooseModel } from './ChooseModel';
import type { ChooseFirst, DialogOutcome, WidgetDialogRequest, WidgetModel } from './model';

interface Props {
  el: HTMLElement;
  model: WidgetModel;
  host: InlineHost;
  request: WidgetDialogRequest;
}

/**
 * A dialog in a cell's output: a line that says what it is for or what it has done, and below it the form.
 *
 * The form opens by a click alone: a cell that is run, as when the whole notebook is, takes no focus and covers nothing.
 */
export function DialogOutput({ el, model, host, request: wanted }: Props): React.JSX.Element {
  const { dialogs, notifications } = React.useSyncExternalStore(host.subscribe, host.state);
  const [choosing, setChoosing] = React.useState(false);
  const outcome = useOutcome(el, model);
  // What was done the line says already.
  const failures = notifications.filter(each => !each.notification.ok);
  const show = (request: DialogRequest): void => {
    setChoosing(false);
    void host.openDialog(request);
  };
  const open = (): void => ('choose' in wanted ? setChoosing(true) : show(wanted));
  return (
    <HostProvider value={host}>
      <div className="mreg-root mreg-outcome">
        <div className="mreg-outcome-line">
          <Icon name={outcome.done ? 'check' : 'describe'} />
          <div role="status">
            {outcome.lines.map((line, at) => (
              <div key={at}>{line}</div>
            ))}
          </div>
          {!choosing && dialogs.length === 0 && (
            <button type="button" className="mreg-link" onClick={open}>
              {outcome.done ? 'Open again…' : 'Open form…'}
            </button>
          )}
        </div>
        <Notifications notifications={failures} onDismiss={id => host.dismiss(id)} />
        <InOutput.Provider value={true}>
          {choosing && 'choose' in wanted && (
            <ChooseModel
              request={wanted}
              onChoose={target => show(about(wanted, target))}
              onClose={() => setChoosing(false)}
            />
          )}
          {dialogs.map(each => (
            <DialogView key={each.id} request={each.request} onClose={each.close} />
          ))}
        </InOutput.Provider>
      </div>
    </HostProvider>
  );
}

/** The dialog that `chooseFirst` asks for, now that it is known what it is about. */
function about(chooseFirst: ChooseFirst, target: PageTarget): DialogRequest {
  const { choose: _, ...rest } = chooseFirst;
  if (rest.kind === 'tags') {
    return { ...rest, target };
  }
  return { ...rest, model: target.name, ...(target.kind === 'version' && { version: target.version }) };
}

/** The outcome as Python tells it; whoever keeps the output around `el` hears of a new one. */
function useOutcome(el: HTMLElement, model: WidgetModel): DialogOutcome {
  const [outcome, setOutcome] = React.useState(() => model.get('outcome'));
  React.useEffect(() => {
    const changed = (): void => {
      const fresh = model.get('outcome');
      setOutcome(fresh);
      el.dispatchEvent(new CustomEvent('modelreg:output', { bubbles: true, detail: fresh.output }));
    };
    model.on('change:outcome', changed);
    return () => model.off('change:outcome', changed);
  }, [el, model]);
  return outcome;
}
