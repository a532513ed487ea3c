import type { PaydeckClient } from '@paydeck/client';
import type { Command } from 'commander';
import { renderUnicodeCompact } from 'uqr';
import { formatInstant, print, printJson } from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';
import { ask, readPassword } from '../session/passwords.ts';

type PasswordOptions = ConnectionOptions & { passwordStdin?: true };

/** `paydeck second-factor …`, for users who signed in. */
export function addSecondFactorCommands(program: Command): void {
  const group = program
    .command('second-factor')
    .description('protect your sign-in with an authenticator app; needs a sign-in');
  const command = (name: string, description: string, examples: string) =>
    addConnectionOptions(group.command(name).description(description)).addHelpText(
      'after',
      `\nExamples:\n${examples}`,
    );

  command('show', 'show your second factor', '  $ paydeck second-factor show').action(show);

  command(
    'add',
    'add an authenticator app, which replaces an earlier one',
    '  $ paydeck second-factor add\n  $ paydeck second-factor add --password-stdin < password.txt',
  )
    .option(
      '--password-stdin',
      'read your password from stdin; then confirm the app with `second-factor confirm`',
    )
    .action(add);

  command(
    'confirm',
    'confirm the authenticator app that you added, and get recovery codes',
    '  $ paydeck second-factor confirm 287082 > recovery-codes.txt',
  )
    .argument('<code>', 'code that the app shows')
    .action((code: string, options: ConnectionOptions) =>
      withClient(options, (client) => confirm(client, code, options)),
    );

  command(
    'recovery-codes',
    'replace your recovery codes, and print the new ones',
    '  $ paydeck second-factor recovery-codes > recovery-codes.txt',
  )
    .option('--password-stdin', 'read your password from stdin')
    .action((options: PasswordOptions) =>
      withClient(options, async (client) => {
        const password = await readOwnPassword(options);
        showCodes(await client.api.secondFactor.renewRecoveryCodes.mutate({ password }), options);
      }),
    );

  command('remove', 'remove your authenticator app', '  $ paydeck second-factor remove')
    .option('--password-stdin', 'read your password from stdin')
    .action((options: PasswordOptions) =>
      withClient(options, async (client) => {
        const password = await readOwnPassword(options);
        await client.api.secondFactor.removeTotp.mutate({ password });
        if (options.json) printJson({ removed: true });
        else print('Removed. Your password alone is enough to sign in now.');
      }),
    );
}

const show = (options: ConnectionOptions) =>
  withClient(options, async (client) => {
    const state = await client.api.secondFactor.get.query();
    if (options.json) return printJson(state);
    if (state.totp === null) {
      return print(
        state.isRequired
          ? 'You have no second factor, but this server requires one of admins. Run `paydeck second-factor add`.'
          : 'You have no second factor. Run `paydeck second-factor add` to add one.',
      );
    }
    print(
      `Authenticator app, added ${formatInstant(state.totp.addedAt)}. Recovery codes left: ${state.recoveryCodes}.`,
    );
  });

const add = (options: PasswordOptions) =>
  withClient(options, async (client) => {
    const password = await readOwnPassword(options);
    const { secret, uri } = await client.api.secondFactor.enrolTotp.mutate({ password });
    if (options.json) return printJson({ secret, uri });
    process.stderr.write(
      `${renderUnicodeCompact(uri)}\nScan the code with your authenticator app, or type in ${secret}\n`,
    );
    if (!process.stdin.isTTY) {
      return print('Then run `paydeck second-factor confirm <code>` with the code that the app shows.');
    }
    await confirm(client, await ask('Code that the app shows:'), options);
  });

const confirm = async (client: PaydeckClient, code: string, options: ConnectionOptions) =>
  showCodes(await client.api.secondFactor.confirmTotp.mutate({ code }), options);

const readOwnPassword = ({ passwordStdin }: PasswordOptions) =>
  readPassword('Your password:', { fromStdin: passwordStdin === true });

/** Only the codes go to stdout, so that they can be redirected to a file. */
function showCodes({ recoveryCodes }: { recoveryCodes: string[] }, { json }: ConnectionOptions): void {
  if (json) {
    printJson({ recoveryCodes });
    return;
  }
  process.stderr.write(
    'Your recovery codes are shown only once. Each lets you sign in once without the app. Keep them in a safe place:\n',
  );
  for (const code of recoveryCodes) print(code);
}
