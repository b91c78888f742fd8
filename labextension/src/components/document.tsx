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
  const { name, format, path, note, version, extent } = props.document;
  const facts = [NAMES[format] ?? 'File', extent, size(props.document.size)];
  if (version > 1) {
    facts.push(`version ${version}`);
  }
  return (
    <div className="am-Document">
      <span className="am-Document-format" aria-hidden="true">
        {format.toUpperCase().slice(0, 5)}
      </span>
      <span className="am-Document-text">
        <span className="am-Document-name">{name}</span>
        <span className="am-Document-size">{facts.filter(fact => fact).join(' · ')}</span>
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
      <Look document={props.document} />
    </div>
  );
}

/** A first look inside: a picture of the first page, or the first rows. */
function Look(props: { document: NonNullable<Result['document']> }): JSX.Element | null {
  const { name, image, pages } = props.document;
  if (!image && !pages.length) {
    return null;
  }
  return (
    <details className="am-Document-look">
      <summary>Preview</summary>
      {image ? (
        <img src={`data:image/png;base64,${image}`} alt={`The beginning of ${name}`} />
      ) : (
        pages.map((page, number) => (
          <table key={number}>
            {page.title && <caption>{page.title}</caption>}
            <tbody>
              {page.rows.map((row, place) => (
                <tr key={place}>
                  {row.map((text, column) => (
                    <td key={column} colSpan={row.length === 1 ? 20 : 1}>
                      {text}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        ))
      )}
    </details>
  );
}
