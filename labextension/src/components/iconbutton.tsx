import { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** A button with an icon, and its words beside it or as its name alone. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  /** Whether the words are shown. */
  worded?: boolean;
  title?: string;
  pressed?: boolean;
  expanded?: boolean;
  disabled?: boolean;
  onClick: () => void;
}): JSX.Element {
  const { icon: Icon, label, worded } = props;
  return (
    <button
      type="button"
      className={`am-Button am-mod-icon${worded ? ' am-mod-worded' : ''}`}
      aria-label={worded ? undefined : label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      disabled={props.disabled}
      title={props.title ?? label}
      onClick={props.onClick}
    >
      <Icon.react tag="span" />
      {worded && <span>{label}</span>}
    </button>
  );
}
