import * as React from 'react';

/** The outlines of the icons on a grid of 16 by 16, drawn in the colour of the text around them. */
const PATHS = {
  registry:
    'M8 2c3 0 5 .8 5 1.9S11 5.8 8 5.8 3 5 3 3.9 5 2 8 2zM3 3.9v8.2C3 13.2 5 14 8 14s5-.8 5-1.9V3.9M3 8c0 1.1 2 1.9 5 1.9S13 9.1 13 8',
  catalog: 'M3 3.5h8.5a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4.2A1.2 1.2 0 0 1 3 12.3zm0 8.6c0-.7.5-1.1 1.2-1.1h8.3M6 6h4',
  schema: 'M8 2.3 13.7 5 8 7.7 2.3 5zM2.3 8 8 10.7 13.7 8M2.3 11 8 13.7 13.7 11',
  model: 'M8 1.8 13.4 4.9v6.2L8 14.2l-5.4-3.1V4.9zM2.6 4.9 8 8l5.4-3.1M8 8v6.2',
  version: 'M8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8zM8 1.5v4.1M8 10.4v4.1',
  workspace: 'M2.5 4.5h11v8h-11zM6 4.5V3h4v1.5M2.5 8.2h11',
  prompts: 'M2.5 3.5h11v7.5H8L5 13.5V11H2.5zM5 6.2h6M5 8.4h4',
  caret: 'M6 4.2 9.8 8 6 11.8',
  down: 'M4.5 6.5 8 10l3.5-3.5',
  search: 'M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.1 10.1l3.4 3.4',
  clear: 'M4 4l8 8M12 4l-8 8',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M13.2 2.2v2.6h-2.6',
  collapse: 'M4.5 3 8 6.5 11.5 3M4.5 13 8 9.5l3.5 3.5',
  warning: 'M8 2.2 14.3 13.3H1.7zM8 6.4v3.4M8 11.3v.6',
  open: 'M6.5 3H3v10h10V9.5M9.5 3H13v3.5M13 3 7.5 8.5',
  code: 'M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  line: 'M12.5 3.5l-9 9M5 3.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zM11 9.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z',
  reference:
    'M6.7 9.3a2.5 2.5 0 0 0 3.6 0l2.2-2.2a2.5 2.5 0 0 0-3.6-3.6l-.9.9M9.3 6.7a2.5 2.5 0 0 0-3.6 0L3.5 8.9a2.5 2.5 0 0 0 3.6 3.6l.9-.9',
  alias: 'M3.5 14V2.5h8.2L10 5.6l1.7 3.1H3.5',
  tag: 'M8.2 2.5H13.5V7.8l-6 6L2.2 8.5zM11 5h.01',
  describe: 'M3 3.5h10M3 6.5h10M3 9.5h6M3 12.5h4',
  register: 'M8 3v10M3 8h10',
  copy: 'M5.5 5.5V2.5h8v8h-3M2.5 5.5h8v8h-8z',
  rename: 'M10.8 2.7l2.5 2.5-7.5 7.5-3.2.7.7-3.2zM9.3 4.2l2.5 2.5',
  delete: 'M2.5 4.5h11M6 4.5V2.7h4v1.8M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4',
  prune: 'M3 4h10M3 7h10M3 10h5M10 10l3.500 3.500M13.500 10 10 13.500',
  more: 'M3.2 7.4h1.2v1.2H3.2zM7.4 7.4h1.2v1.2H7.4zM11.6 7.4h1.2v1.2h-1.2z',
  back: 'M13 8H3M7 4 3 8l4 4',
  reveal: 'M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3',
  folder: 'M2 4h4l1.5 1.5H14v7.5H2z',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
  notebook: 'M4.5 2.5h9v11h-9zM2.5 5h2M2.5 8h2M2.5 11h2M7 5.5h4',
  download: 'M8 2.5v7.5M5 7.2l3 3 3-3M3 13.2h10',
  export: 'M8 10V2.500M5 5.300l3-3 3 3M3 9.500v4h10v-4',
  import: 'M8 2.500V10M5 7.200l3 3 3-3M3 9.500v4h10v-4',
  backup: 'M2.500 3h11v3h-11zM3.500 6v7.500h9V6M6.500 8.500h3',
  verify:
    'M8 1.800 13.200 3.700v4c0 3-2.200 5.300-5.200 6.500-3-1.200-5.200-3.500-5.200-6.500v-4zM5.500 8l1.900 1.900L10.700 6.500',
  link: 'M9.5 2.5h4v4M13.5 2.5 8 8M7 3.5H3v9.500h9.500V9',
  run: 'M4.5 3 12.5 8l-8 5z',
  history: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.5v2.3h2.3M8 5.2V8l2 1.4',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  undo: 'M6 3 3 6l3 3M3 6h6.500a3.500 3.500 0 0 1 0 7H6',
  requests: 'M2.500 9.500 4.300 3h7.400l1.800 6.500V13h-11zM2.500 9.500h3l1 1.800h3l1-1.800h3',
  compare: 'M2.500 3h4v10h-4zM9.500 3h4v10h-4zM8 1.500v13',
  pin: 'M5.5 2.500h5M6.500 2.500v4L4.500 9.500h7L9.500 6.500v-4M8 9.500V14',
  endpoint:
    'M3.500 10.500a3 3 0 0 1 .3-6 4 4 0 0 1 7.600.9 2.600 2.600 0 0 1 .6 5.100M8 13.500V8M5.900 10 8 7.900l2.100 2.100',
  deprecated: 'M8 2.300a5.700 5.700 0 1 0 0 11.400A5.700 5.700 0 0 0 8 2.300zM4 4l8 8',
  access: 'M4.5 7.2h7v6.3h-7zM5.8 7.2V5a2.2 2.2 0 0 1 4.400 0v2.2M8 9.800v1.400',
  user: 'M8 2.500a2.700 2.700 0 1 0 0 5.400 2.700 2.700 0 0 0 0-5.400zM2.800 13.800c0-2.800 2.300-4.300 5.200-4.300s5.200 1.500 5.200 4.300',
  group:
    'M6 3.200a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400zM2 13.200c0-2.400 1.800-3.800 4-3.800s4 1.400 4 3.800M10.500 3.500a2 2 0 0 1 0 4M11.600 9.600c1.500.4 2.400 1.700 2.400 3.600',
  eye: 'M1.800 8S4 4 8 4s6.200 4 6.200 4-2.200 4-6.200 4-6.200-4-6.200-4zM8 6.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600z',
  bookmark: 'M4.500 2.500h7v11L8 10.500l-3.500 3z',
  check: 'M3 8.5 6.5 12 13 4.5'
} as const;

export type IconName = keyof typeof PATHS;

/** The outline of an icon on a grid of 16 by 16, for hosts that draw icons in their own way. */
export function outline(name: IconName): string {
  return PATHS[name];
}

/** One icon; it says nothing to a screen reader, so the text beside it must. */
export function Icon({ name, className = '' }: { name: IconName; className?: string }): React.JSX.Element {
  return (
    <svg className={`mreg-icon ${className}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
