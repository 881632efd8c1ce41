import { LabIcon } from '@jupyterlab/ui-components';

import { type IconName, outline } from '../components/Icon';

/** The sidebar's icon: a cube, as models have in the tree; `jp-icon3` gives it JupyterLab's colours. */
export const modelIcon = new LabIcon({
  name: 'jupyter-modelreg:model',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <path class="jp-icon3 jp-icon-selectable" fill="#616161" fill-rule="evenodd"
    d="M12 2 3.3 7v10l8.7 5 8.7-5V7zm0 2.1L17.7 7.400 12 10.700 6.300 7.400zM5 9l6.100 3.500v6.600L5 15.800zm14 0v6.800l-6.100 3.300v-6.600z"/>
</svg>`
});

const made = new Map<IconName, LabIcon>();

/** An icon of the views as JupyterLab's menus and tabs want it. */
export function labIcon(name: IconName): LabIcon {
  const known = made.get(name);
  if (known) {
    return known;
  }
  const icon = new LabIcon({
    name: `jupyter-modelreg:${name}-outline`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16">
  <g fill="none" stroke-width="1.2" stroke-linecap="round" stroke-linejoin="round">
    <path class="jp-icon3 jp-icon-selectable" stroke="#616161" d="${outline(name)}"/>
  </g>
</svg>`
  });
  made.set(name, icon);
  return icon;
}
