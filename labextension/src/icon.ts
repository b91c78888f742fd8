import { LabIcon } from '@jupyterlab/ui-components';

/** Three bars and a spark. */
export const analystIcon = new LabIcon({
  name: 'analyst-magic:icon',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161"><rect x="3" y="13" width="4" height="8" rx="1"/>
  <rect x="9" y="9" width="4" height="12" rx="1"/><rect x="15" y="15" width="4" height="6" rx="1"/>
  <path d="M18 2l1.4 3.6L23 7l-3.6 1.4L18 12l-1.4-3.6L13 7l3.6-1.4z"/></g></svg>`
});
