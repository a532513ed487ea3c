import './import.css';
import '../ui/table.css';
import type { SignedInUser } from '@paydeck/client';
import { Lock } from 'lucide-react';
import { useState } from 'react';
import { ViewHead } from '../shell/app-shell.tsx';
import { Button } from '../ui/button.tsx';
import { Notice, Skeleton } from '../ui/card.tsx';
import { useCurrencies } from '../ui/use-currencies.ts';
import { FilePlace } from './file-place.tsx';
import { FileSetup } from './file-setup.tsx';
import { useImportRun } from './import-run.ts';
import { type ImportSettings, noSettings } from './import-settings.ts';
import { RunCard } from './run-card.tsx';
import { forgetUnfinishedImport, isFileOf, unfinishedImportOf } from './unfinished-import.ts';

/** The import of payments from a file, for admins. */
export function ImportView({ user }: { user: SignedInUser }) {
  if (user.role === 'admin') return <Import user={user} />;
  return (
    <>
      <ViewHead title="Import" />
      <section className="card">
        <Notice icon={Lock} title="For admins only">
          Ask an admin to import payments.
        </Notice>
      </section>
    </>
  );
}

function Import({ user }: { user: SignedInUser }) {
  const run = useImportRun();
  const defaultCurrency = useCurrencies()?.default;
  const [file, setFile] = useState<File | null>(null);
  const [settings, setSettings] = useState<ImportSettings>(noSettings);
  const [unfinished, setUnfinished] = useState(() => unfinishedImportOf(user.id));

  const choose = (chosen: File | null) => {
    const isContinued = chosen !== null && unfinished !== null && isFileOf(unfinished, chosen);
    setFile(chosen);
    setSettings(isContinued ? unfinished.settings : noSettings);
  };
  const start = () => {
    setFile(null);
    setUnfinished(null);
  };
  const forget = () => {
    forgetUnfinishedImport();
    setUnfinished(null);
  };

  return (
    <>
      <ViewHead title="Import" note="Record the payments of a CSV or JSON Lines file" />
      <div className="import">
        {run !== null ? (
          <RunCard run={run} />
        ) : file === null ? (
          <FilePlace onChoose={choose}>
            {unfinished !== null && (
              <p className="import-unfinished" role="status">
                <span>
                  The import of <strong>{unfinished.name}</strong> was interrupted. Choose that file again to
                  continue: payments that are recorded already are skipped, so nothing is recorded twice.
                </span>
                <Button onClick={forget}>Forget it</Button>
              </p>
            )}
          </FilePlace>
        ) : defaultCurrency === undefined ? (
          <section className="card">
            <div className="card-body">
              <Skeleton width="100%" />
            </div>
          </section>
        ) : (
          <FileSetup
            user={user}
            file={file}
            settings={settings}
            defaultCurrency={defaultCurrency}
            isContinued={unfinished !== null && isFileOf(unfinished, file)}
            onChange={(changes) => setSettings({ ...settings, ...changes })}
            onChoose={choose}
            onStart={start}
          />
        )}
      </div>
    </>
  );
}
