import * as React from 'react';
import { Preview } from '../state';

/** What a model would be told of the question that is being written, in the place of the answers. */
export function PreviewView(props: { preview: Preview; onClose: () => void }): JSX.Element {
  const { preview, onClose } = props;
  return (
    <div className="am-Preview" role="region" aria-label="What would be sent">
      <div className="am-Row">
        <p className="am-Note">
          {preview.remote
            ? `${preview.model} would get this text, ${preview.size}. Nothing has been sent.`
            : `Nothing would be sent: ${preview.model} works on this machine. A model would get this text, ${preview.size}.`}
        </p>
        <button className="am-Button" autoFocus onClick={onClose}>
          Close
        </button>
      </div>
      <pre className="am-Code" tabIndex={0} aria-label="What would be sent">
        {preview.text}
      </pre>
    </div>
  );
}
