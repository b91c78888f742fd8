import * as React from 'react';
import { Conversation } from '../conversation';
import { shape } from '../format';
import { Frame } from '../protocol';
import { trans } from '../translation';

// Fetched when a chip is first opened: the page loads without them.
const FrameDetails = React.lazy(async () => ({
  default: (await import('./framedetails')).FrameDetails
}));
const ConnectionDetails = React.lazy(async () => ({
  default: (await import('./connection')).ConnectionDetails
}));

/** What a question may use, as chips: a frame that is opened shows its columns, a connection its tables. */
export function Frames(props: {
  conversation: Conversation;
  frames: readonly Frame[];
}): JSX.Element {
  const { conversation, frames } = props;
  const [open, setOpen] = React.useState('');
  const shown = frames.find(frame => frame.name === open);
  const somePinned = frames.some(frame => frame.pinned);
  return (
    <div className="am-Frames">
      <div className="am-Chips" role="group" aria-label={trans.__('Data in scope')}>
        {frames.map(frame => {
          const out = frame.dropped || (somePinned && !frame.pinned);
          const hidden = frame.columns.filter(column => column.hidden).length;
          return (
            <button
              key={frame.name}
              className={`am-Chip${out ? ' am-mod-out' : ''}${frame.pinned ? ' am-mod-pinned' : ''}`}
              aria-expanded={frame.name === open}
              title={`${frame.name}: ${frame.kind}, ${shape(frame)}${out ? `, ${trans.__('left out')}` : ''}`}
              onClick={() => setOpen(frame.name === open ? '' : frame.name)}
            >
              <strong>{frame.name}</strong> <span>{shape(frame)}</span>
              {hidden > 0 && <span>, {trans.__('%1 hidden', trans.number(hidden))}</span>}
            </button>
          );
        })}
      </div>
      {shown && (
        <React.Suspense fallback={null}>
          {shown.connection ? (
            <ConnectionDetails key={open} conversation={conversation} frame={shown} />
          ) : (
            <FrameDetails conversation={conversation} frame={shown} />
          )}
        </React.Suspense>
      )}
    </div>
  );
}
