import { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** What a menu offers. */
export interface Item {
  label: string;
  run: () => void;
}

/** A button that opens a list of actions; arrows move in it, Escape closes it. */
export function Menu(props: { label: string; icon: LabIcon; items: readonly Item[] }): JSX.Element {
  const [open, setOpen] = React.useState(false);
  const host = React.useRef<HTMLSpanElement>(null);
  React.useEffect(() => {
    if (!open) {
      return;
    }
    host.current!.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const outside = (event: Event) => {
      if (!host.current!.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
  }, [open]);
  const close = () => {
    setOpen(false);
    host.current!.querySelector('button')?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (step && open) {
      event.preventDefault();
      const items = [...host.current!.querySelectorAll<HTMLElement>('[role=menuitem]')];
      const at = items.indexOf(document.activeElement as HTMLElement);
      items[(at + step + items.length) % items.length].focus();
    }
  };
  return (
    <span className="am-Menu" ref={host} onKeyDown={onKeyDown}>
      <button
        className="am-Button am-mod-icon"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={props.label}
        title={props.label}
        onClick={() => setOpen(!open)}
      >
        <props.icon.react tag="span" />
      </button>
      {open && (
        <div className="am-Menu-list" role="menu" aria-label={props.label}>
          {props.items.map(item => (
            <button
              key={item.label}
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close();
                item.run();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}
