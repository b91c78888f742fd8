import * as React from 'react';
import { Preview } from '../state';
import { trans } from '../translation';

/** What a model would be told of the question that is being written, in the place of the answers. */
export function PreviewView(props: { preview: Preview; onClose: () => void }): JSX.Element {
  const { preview, onClose } = props;
  return (
    <div className="am-Preview" role="region" aria-label={trans.__('What would be sent')}>
      <div className="am-Row">
        <p className="am-Note">
          {preview.remote
            ? trans.__(
                '%1 would get this text, %2. Nothing has been sent.',
                preview.model,
                preview.size
              )
            : trans.__(
                'Nothing would be sent: %1 works on this machine. A model would get this text, %2.',
                preview.model,
                preview.size
              )}
        </p>
        <button className="am-Button" autoFocus onClick={onClose}>
          {trans.__('Close')}
        </button>
      </div>
      <pre className="am-Code" tabIndex={0} aria-label={trans.__('What would be sent')}>
        {preview.text}
      </pre>
    </div>
  );
}
