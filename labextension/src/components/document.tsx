import * as React from 'react';
import { size } from '../format';
import { Result } from '../protocol';
import { useServices } from '../services';
import { trans } from '../translation';

/** What a file of this format is called. */
function nameOf(format: string): string {
  const names: Record<string, string> = {
    xlsx: trans.__('Excel workbook'),
    docx: trans.__('Word document'),
    pdf: trans.__('PDF document'),
    pptx: trans.__('PowerPoint presentation')
  };
  return names[format] ?? trans.__('File');
}

/** What JupyterLab itself can show. */
const SHOWN = new Set(['pdf', 'png', 'jpg', 'csv', 'md', 'txt', 'json']);

/** A file that the answer made, with its size and a way to have it. */
export function DocumentCard(props: { document: NonNullable<Result['document']> }): JSX.Element {
  const services = useServices();
  const { name, format, path, note, version, extent } = props.document;
  const facts = [nameOf(format), extent, size(props.document.size)];
  if (version > 1) {
    facts.push(trans.__('version %1', version));
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
            {trans.__('Open')}
          </button>
        )}
        <a className="am-Button" href={services.artifactUrl(path)} download={name}>
          {trans.__('Download')}
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
      <summary>{trans.__('Preview')}</summary>
      {image ? (
        <img src={`data:image/png;base64,${image}`} alt={trans.__('The beginning of %1', name)} />
      ) : (
        pages.map((page, number) => (
          <table key={number}>
            {page.title && <caption>{page.title}</caption>}
            <tbody>
              {page.rows.map((row, place) => (
                <tr key={place}>
                  {row.map((text, column) => (
                    <td key={column} dir="auto" colSpan={row.length === 1 ? 20 : 1}>
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
