import { LabIcon } from '@jupyterlab/ui-components';

/** Three bars and a spark. */
export const analystIcon = new LabIcon({
  name: 'analyst-magic:icon',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161"><rect x="3" y="13" width="4" height="8" rx="1"/>
  <rect x="9" y="9" width="4" height="12" rx="1"/><rect x="15" y="15" width="4" height="6" rx="1"/>
  <path d="M18 2l1.4 3.6L23 7l-3.6 1.4L18 12l-1.4-3.6L13 7l3.6-1.4z"/></g></svg>`
});

const thumb = (name: string, path: string) =>
  new LabIcon({
    name: `analyst-magic:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="${path}"/></svg>`
  });

export const goodIcon = thumb(
  'good',
  'M2 21h4V9H2v12zM22 10a2 2 0 0 0-2-2h-6.3l1-4.6v-.3a1.5 1.5 0 0 0-.5-1.1L13.2 1 6.6 7.6A2 2 0 0 0 6 9v10a2 2 0 0 0 2 2h9a2 2 0 0 0 1.8-1.2l3-7c.1-.3.2-.5.2-.8z'
);

export const wrongIcon = thumb(
  'wrong',
  'M22 3h-4v12h4V3zM2 14a2 2 0 0 0 2 2h6.3l-1 4.6v.3c0 .4.2.8.5 1.1l1 1 6.6-6.6A2 2 0 0 0 18 15V5a2 2 0 0 0-2-2H7a2 2 0 0 0-1.8 1.2l-3 7c-.1.3-.2.5-.2.8z'
);
