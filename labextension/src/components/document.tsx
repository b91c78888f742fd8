import * as React from 'react';
import { size } from '../format';
import { Result } from '../protocol';
import { useServices } from '../services';

const NAMES: Record<string, string> = {
  xlsx: 'Excel workbook',
  docx: 'Word document',
  pdf: 'PDF document',
  pptx: 'PowerPoint presentation'
};
/** What JupyterLab itself can show. */
const SHOWN = new Set(['pdf', 'png', 'jpg', 'csv', 'md', 'txt', 'json']);

/** A file that the answer made, with its size and a way to have it. */
export function DocumentCard(props: { document: NonNullable<Result['document']> }): JSX.Element {
  const services = useServices();
  const { name, format, path, note } = props.document;
  return (
    <div className="am-Document">
      <span className="am-Document-format" aria-hidden="true">
        {format.toUpperCase().slice(0, 5)}
      </span>
      <span className="am-Document-text">
        <span className="am-Document-name">{name}</span>
        <span className="am-Document-size">
          {NAMES[format] ?? 'File'} · {size(props.document.size)}
        </span>
        {note && <span className="am-Document-size">{note}</span>}
      </span>
      <span className="am-Document-actions">
        {SHOWN.has(format) && (
          <button className="am-Button" onClick={() => services.openFile(path)}>
            Open
          </button>
        )}
        <a className="am-Button" href={services.artifactUrl(path)} download={name}>
          Download
        </a>
      </span>
    </div>
  );
}
