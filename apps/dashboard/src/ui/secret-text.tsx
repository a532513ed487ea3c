import './secret-text.css';
import { CopyButton } from './copy-button.tsx';

/** A secret that is shown only once, with a button that copies it. The whole text is selected when it gets the focus. */
export function SecretText({ label, text }: { label: string; text: string }) {
  return (
    <div className="secret-text">
      <input
        className="input"
        aria-label={label}
        readOnly
        value={text}
        spellCheck={false}
        onFocus={({ target }) => target.select()}
      />
      <CopyButton text={text} label={`Copy ${label}`} />
    </div>
  );
}
