import * as React from 'react';

import type { ComparedValue, Comparison, TextDifference } from '../../client/client';
import type { MenuContent } from '../../actions/useMenu';
import { useMenu } from '../../actions/useMenu';
import { Icon } from '../../components/Icon';
import { type Host, useHost } from '../../host/host';
import { isLive } from '../../registry/aliases';
import { inOrder, aliasText } from '../../registry/format';
import { type CompareTarget, FEWEST_COMPARED, pageTarget } from '../../registry/target';
import { aliasesIn, type ComparedSection, modelIn, withBaseline } from './compared';
import { ComparedCell } from './ComparedCell';

interface Props {
  target: CompareTarget;
  comparison: Comparison;
  sections: readonly ComparedSection[];
}

/** A column for each version, and a row for each thing that they are compared in. */
export function ComparedTable({ target, comparison, sections }: Props): React.JSX.Element {
  const { references, texts } = comparison;
  const columns = { '--mreg-compared': references.length } as React.CSSProperties;
  return (
    <div className="mreg-compare-scroll" role="region" aria-label="Versions side by side" tabIndex={0}>
      <table className="mreg-compared" aria-label="Comparison" style={columns}>
        <thead>
          <tr>
            <td />
            {references.map((each, at) => (
              <Heading key={each} target={target} comparison={comparison} at={at} />
            ))}
          </tr>
        </thead>
        {sections.map(section => (
          <tbody key={section.id}>
            <tr className="mreg-compared-section">
              <th scope="rowgroup" colSpan={references.length + 1}>
                {section.title}
              </th>
            </tr>
            {section.rows.map(row => (
              <Row key={row.key} row={row} text={textOf(texts, row)} />
            ))}
          </tbody>
        ))}
      </table>
      {sections.length === 0 && (
        <p className="mreg-quiet">
          {references.length < FEWEST_COMPARED ? `All of these are ${references[0]}` : 'They do not differ'}
        </p>
      )}
    </div>
  );
}

function textOf(texts: readonly TextDifference[], { section, key }: ComparedValue): TextDifference | null {
  return texts.find(each => each.section === section && each.path === key) ?? null;
}

/** What a column is of: the version, its aliases, and what can be done with it here. */
function Heading(props: { target: CompareTarget; comparison: Comparison; at: number }): React.JSX.Element {
  const { target, comparison, at } = props;
  const host = useHost();
  const { open, isOpen, menu } = useMenu();
  const reference = comparison.references[at] ?? '';
  const { aliasOrder } = host.settings;
  const several = modelIn(comparison.references) === null;
  const [model, version] = [reference.replace(/\/\d+$/, ''), reference.replace(/^.*\//s, '')];
  const page = pageTarget(reference);
  return (
    <th scope="col">
      <div className="mreg-compared-head">
        <button type="button" className="mreg-link mreg-strong" title={reference} onClick={() => host.openPage(page)}>
          {several && <bdi>{model.slice(model.lastIndexOf('.') + 1)} </bdi>}v{version}
        </button>
        <button
          type="button"
          className="mreg-button"
          aria-label={`What to do with ${reference} here`}
          aria-haspopup="menu"
          aria-expanded={isOpen}
          title="More"
          onClick={event => open(columnMenu(host, target, comparison.references, at), event)}
        >
          <Icon name="more" />
        </button>
      </div>
      {several && <div className="mreg-compared-model mreg-quiet">{model}</div>}
      <div className="mreg-compared-about">
        {at === 0 && <span className="mreg-quiet">baseline</span>}
        {inOrder(aliasesIn(comparison)[at] ?? [], aliasOrder).map(each => (
          <span key={each} className={`mreg-badge${isLive(each, aliasOrder) ? ' mreg-mod-live' : ''}`}>
            {aliasText(each)}
          </span>
        ))}
      </div>
      {menu}
    </th>
  );
}

function columnMenu(host: Host, target: CompareTarget, references: readonly string[], at: number): MenuContent {
  const turn = (next: readonly string[]): void =>
    host.openPage({ kind: 'compare', references: next }, { instead: target });
  return {
    label: `Actions for ${references[at]}`,
    items: [
      {
        id: 'open',
        label: 'Open',
        icon: 'open',
        group: 'open',
        run: () => host.openPage(pageTarget(references[at] ?? ''))
      },
      ...(at === 0
        ? []
        : [
            {
              id: 'baseline',
              label: 'Make it the baseline',
              icon: 'compare',
              group: 'compare',
              run: () => turn(withBaseline(references, at))
            } as const
          ]),
      ...(references.length <= FEWEST_COMPARED
        ? []
        : [
            {
              id: 'leave',
              label: 'Leave it out',
              icon: 'clear',
              group: 'compare',
              run: () => turn(references.filter((_, index) => index !== at))
            } as const
          ])
    ]
  };
}

/** One thing they are compared in; a text file opens to the lines that differ. */
function Row({ row, text }: { row: ComparedValue; text: TextDifference | null }): React.JSX.Element {
  const [open, setOpen] = React.useState(false);
  const { values, breaking } = row;
  return (
    <>
      <tr className={`mreg-compared-row${row.differs ? '' : ' mreg-mod-same'}`}>
        <th scope="row">
          {text ? (
            <button type="button" className="mreg-compared-file" aria-expanded={open} onClick={() => setOpen(!open)}>
              <span className={`mreg-caret${open ? ' mreg-mod-open' : ''}`}>
                <Icon name="caret" />
              </span>
              <bdi>{row.key}</bdi>
            </button>
          ) : (
            <bdi>{row.key}</bdi>
          )}
          {breaking && (
            <span className="mreg-compared-breaks" title="Callers of the first version may fail because of it">
              <Icon name="warning" /> breaks callers
            </span>
          )}
        </th>
        {values.map((_, at) => (
          <ComparedCell key={at} row={row} at={at} />
        ))}
      </tr>
      {text && open && (
        <tr className="mreg-compared-lines">
          <td colSpan={values.length + 1}>
            <Lines text={text} />
          </td>
        </tr>
      )}
    </>
  );
}

/** The lines of a unified diff. */
function Lines({ text }: { text: TextDifference }): React.JSX.Element {
  return (
    <pre className="mreg-diff" aria-label={`Lines of ${text.path} that differ`} tabIndex={0}>
      {text.lines.map((line, at) => (
        <Line key={at} line={line} />
      ))}
    </pre>
  );
}

function Line({ line }: { line: string }): React.JSX.Element {
  switch (line[0]) {
    case '+':
      return <ins>{`${line}\n`}</ins>;
    case '-':
      return <del>{`${line}\n`}</del>;
    default:
      return <span className={line.startsWith('@@') ? 'mreg-quiet' : undefined}>{`${line}\n`}</span>;
  }
}
