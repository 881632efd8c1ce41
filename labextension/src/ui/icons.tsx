import * as React from 'react';

/** The outlines of the icons on a grid of 16 by 16, drawn in the colour of the text around them. */
const PATHS = {
  catalog: 'M3 3.5h8.5a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4.2A1.2 1.2 0 0 1 3 12.3zm0 8.6c0-.7.5-1.1 1.2-1.1h8.3M6 6h4',
  schema: 'M8 2.3 13.7 5 8 7.7 2.3 5zM2.3 8 8 10.7 13.7 8M2.3 11 8 13.7 13.7 11',
  model: 'M8 1.8 13.4 4.9v6.2L8 14.2l-5.4-3.1V4.9zM2.6 4.9 8 8l5.4-3.1M8 8v6.2',
  version: 'M8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8zM8 1.5v4.1M8 10.4v4.1',
  workspace: 'M2.5 4.5h11v8h-11zM6 4.5V3h4v1.5M2.5 8.2h11',
  caret: 'M6 4.2 9.8 8 6 11.8',
  search: 'M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.1 10.1l3.4 3.4',
  clear: 'M4 4l8 8M12 4l-8 8',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M13.2 2.2v2.6h-2.6',
  collapse: 'M4.5 3 8 6.5 11.5 3M4.5 13 8 9.5l3.5 3.5',
  trouble: 'M8 2.2 14.3 13.3H1.7zM8 6.4v3.4M8 11.3v.6'
} as const;

export type IconName = keyof typeof PATHS;

/** One icon; it says nothing to a screen reader, so the text beside it must. */
export function Icon({ name, className = '' }: { name: IconName; className?: string }): React.JSX.Element {
  return (
    <svg className={`mreg-icon ${className}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth="1.2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
