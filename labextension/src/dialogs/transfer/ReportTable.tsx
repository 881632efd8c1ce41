import * as React from 'react';

/** A table of what was found: `children` are its rows, with a cell for each of `heads`. */
export function ReportTable(props: {
  heads: readonly string[];
  className?: string;
  children: React.ReactNode;
}): React.JSX.Element {
  const { heads, className, children } = props;
  return (
    <table className={className === undefined ? 'mreg-report' : `mreg-report ${className}`}>
      <thead>
        <tr>
          {heads.map(each => (
            <th key={each} scope="col">
              {each}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
