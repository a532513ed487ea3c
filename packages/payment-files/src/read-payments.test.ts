import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { changeMapping } from './mapping/change-mapping.ts';
import { FileError, type ReadOptions, readPayments } from './read-payments.ts';

async function* piecesOf(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(content: string | Uint8Array, options: Partial<ReadOptions> = {}, size = 7) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const rows = readPayments(piecesOf(bytes, size), {
    format: 'csv',
    defaultCurrency: () => 'USD',
    ...options,
  });
  const found: (string | number)[][] = [];
  for await (const row of rows) {
    if ('payment' in row) {
      const { amountMinor, currency = '', receiver, status = '', method, createdAt } = row.payment;
      found.push([
        row.line,
        amountMinor,
        currency,
        receiver,
        status,
        method,
        ...(createdAt ? [createdAt] : []),
      ]);
    } else found.push([row.line, 'problem' in row ? row.problem : `left out: ${row.leftOut}`]);
  }
  return found;
}

const header = 'Amount,Currency,Method,Status,Receiver';
const expected = [[2, 1250, 'EUR', 'Müller', 'success', 'credit_card']];
const plain = `${header}\r\n12.50,EUR,credit_card,success,Müller\r\n`;
const utf16 = new Uint8Array(Buffer.from(`\uFEFF${plain}`, 'utf16le'));

describe('encodings and separators', () => {
  test.each<[string, string | Uint8Array, Partial<ReadOptions>]>([
    ['UTF-8', plain, {}],
    ['a byte order mark', `\uFEFF${plain}`, {}],
    ['UTF-16', utf16, {}],
    ['UTF-16, big endian', new Uint8Array(Buffer.from(utf16).swap16()), {}],
    ['Windows-1252, named', new Uint8Array(Buffer.from(plain, 'latin1')), { encoding: 'windows-1252' }],
    ['semicolons', plain.replaceAll(',', ';'), {}],
    ['tabs', plain.replaceAll(',', '\t'), {}],
    ['rows and columns without texts', `${header},,\n12.50,EUR,credit_card,success,Müller,,\n,,,,,,\n`, {}],
    [
      'decimal commas',
      `${plain.replaceAll(',', ';').replace('12.50', '12,50')}`,
      { change: { decimal: 'comma' } },
    ],
  ])('%s', async (_name, content, options) => {
    for (const size of [1, 2, 5, 10_000]) expect(await read(content, options, size)).toEqual(expected);
  });

  test('a first line names the separator', async () => {
    const [[line, ...rest] = []] = await read(`sep=;\r\n${plain.replaceAll(',', ';')}`);
    expect([line, rest]).toEqual([3, expected[0]?.slice(1)]);
  });

  test('another encoding is refused with the line, the byte and the way out', async () => {
    const bytes = new Uint8Array(Buffer.from(plain, 'latin1'));
    for (const size of [1, 3, 10_000]) {
      const error = await read(bytes, {}, size).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FileError);
      expect(error).toMatchObject({
        message: `The file must be UTF-8, but line 2 is not: byte ${plain.indexOf('ü') + 1} of the file is 0xFC.`,
        advice: expect.stringContaining('windows-1252'),
      });
    }
  });
});

test.each([
  ['windows-1252', 0x81],
  ['iso-8859-15', 0x80],
] as const)('a byte that is not a letter in %s is refused', async (encoding, byte) => {
  const bytes = new Uint8Array(Buffer.from(plain, 'latin1').map((known) => (known === 0xfc ? byte : known)));
  const place = `byte ${plain.indexOf('ü') + 1} of the file is 0x${byte.toString(16)}, which is not a letter`;
  for (const size of [1, 3, 10_000])
    await expect(read(bytes, { encoding }, size)).rejects.toThrow(`line 2 is not: ${place}`);
});

test.each([',', ';'])('lines before the header are skipped, with %s', async (separator) => {
  const table = plain.replaceAll(',', separator);
  const content = `Account "12\r\nFrom;to,,,,\r\n\r\n${table}`;
  for (const size of [1, 3, 10_000])
    expect(await read(content, { headerLine: 4 }, size)).toEqual([[5, ...(expected[0]?.slice(1) ?? [])]]);
});

test('a spreadsheet is refused as one, and not as another encoding', async () => {
  await expect(read(new Uint8Array([0x50, 0x4b, 3, 4, 20, 0]))).rejects.toThrow('it is a spreadsheet');
});

test('JSON Lines with a byte order mark', async () => {
  const line =
    '{"amount":12.5,"currency":"EUR","method":"credit_card","status":"success","receiver":"Müller"}';
  expect(await read(`\uFEFF${line}\n`, { format: 'jsonl' })).toEqual([[1, ...(expected[0]?.slice(1) ?? [])]]);
});

test.each<[string, unknown]>([
  ['12.50', 1250],
  ['1.25e1', 1250],
  ['12.500000000000000000000', 1250],
  ['100.00000000000000001', expect.stringContaining('USD has 2 decimals')],
  ['-0', 'amount must be greater than 0'],
  ['-1', expect.stringContaining('it must not be negative')],
])('JSON Lines with the number %s, which nothing rounds', async (number, result) => {
  const line = `{"amount":${number},"method":"credit_card","receiver":"Ada"}`;
  expect((await read(line, { format: 'jsonl' }))[0]?.[1]).toEqual(result);
});

test('quoted cells arrive as they were written, in pieces of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', '"', ';', ',', '\n', '\r', 'ü'), minLength: 1 }), {
        minLength: 1,
      }),
      fc.integer({ min: 1, max: 9 }),
      async (texts, size) => {
        const receivers = texts.map((text) => `x${text}x`);
        const rows = receivers.map((text) => `1.00,"${text.replaceAll('"', '""')}",credit_card`);
        const found = await read(`Amount,Receiver,Method\r\n${rows.join('\r\n')}\r\n`, {}, size);
        expect(found.map(([, , , receiver]) => receiver)).toEqual(receivers);
      },
    ),
  );
});

test('a stray quote is the problem of its row only', async () => {
  const rows = [
    '1,EUR,credit_card,success,12"" nails',
    '2,EUR,credit_card,success,say ""hi""',
    '3,EUR,credit_card,,Bob',
  ];
  const problem = 'must have quotes only around a whole cell, and doubled inside it';
  for (const size of [1, 3, 10_000])
    expect(await read(`${header}\n${rows.join('\n')}\n`, {}, size)).toEqual([
      [2, problem],
      [3, problem],
      [4, 300, 'EUR', 'Bob', 'pending', 'credit_card'],
    ]);
});

describe('files of providers', () => {
  test.each<[string, string, Partial<ReadOptions>, unknown[]]>([
    [
      'Stripe, payments',
      'id,Created date (UTC),Amount,Amount Refunded,Currency,Description,Status,Seller Message,Payment Source Type,Customer Email,Decline Reason\n' +
        'ch_1,2026-03-01 10:30,"1,234.50",0.00,usd,Order 1,Paid,Payment complete.,card,ada@example.com,\n' +
        'ch_2,2026-03-01 10:31:05,1250,0.00,jpy,Order 2,Failed,The bank declined.,card,bob@example.com,insufficient_funds\n' +
        'ch_3,2026-03-01 10:32,5.00,0.00,usd,,canceled,,card,,\n',
      {},
      [
        [2, 123450, 'USD', 'ada@example.com', 'success', 'credit_card', '2026-03-01T10:30:00.000Z'],
        [3, 1250, 'JPY', 'bob@example.com', 'failed', 'credit_card', '2026-03-01T10:31:05.000Z'],
        [4, 'left out: Status is “canceled”: no money was asked for'],
      ],
    ],
    [
      'Stripe, balance history',
      'id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description\n' +
        'txn_1,charge,ch_1,10.00,0.59,9.41,eur,2026-03-01 10:30,2026-03-03 00:00,Order 1\n' +
        'txn_2,payout,po_1,-9.41,0.00,-9.41,eur,2026-03-04 00:00,2026-03-04 00:00,STRIPE PAYOUT\n',
      {},
      [
        [2, 1000, 'EUR', 'Order 1', 'success', 'credit_card', '2026-03-01T10:30:00.000Z'],
        [3, 'left out: Type is “payout”: only charges and payments are recorded'],
      ],
    ],
    [
      'PayPal',
      '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID"\n' +
        '"03/01/2026","22:30:00","PST","Ada Lovelace","Website Payment","Completed","USD","1,234.50","-36.10","1,198.40","1AB"\n' +
        '"03/02/2026","08:00:00","PST","","General Withdrawal","Completed","USD","-1,000.00","0.00","-1,000.00","2AB"\n',
      { change: { dateFormat: 'MM/DD/YYYY HH:mm:ss' } },
      [
        [2, 123450, 'USD', 'Ada Lovelace', 'success', 'digital_wallet', '2026-03-02T06:30:00.000Z'],
        [3, 'left out: Type is “General Withdrawal”: it moves money within the account, or back'],
      ],
    ],
    [
      'Wise',
      'TransferWise ID,Date,Amount,Currency,Description,Payment Reference,Running Balance,Payer Name,Payee Name\n' +
        'TRANSFER-1,31-03-2026,250.00,GBP,Received money from Ada,INV 7,250.00,Ada Ltd,\n' +
        'TRANSFER-2,01-04-2026,-100.00,GBP,Sent money to Bob,,150.00,,Bob\n',
      {},
      [
        [2, 25000, 'GBP', 'Ada Ltd', 'success', 'bank_transfer', '2026-03-31T00:00:00.000Z'],
        [3, 'left out: the money went out: its amount is negative'],
      ],
    ],
    [
      'Mollie',
      'Date,Payment method,Currency,Amount,Status,ID,Description,Consumer name\n' +
        '2026-07-01 12:12:47,iDEAL,EUR,49.90,paidout,tr_1,Order 1,Ada\n' +
        '2026-07-01 12:15:00,Carrier pigeon,EUR,1.00,paid,tr_2,Order 2,Bob\n',
      { change: { timeZone: 'Europe/Amsterdam' } },
      [
        [2, 4990, 'EUR', 'Ada', 'success', 'bank_transfer', '2026-07-01T10:12:47.000Z'],
        [3, 'method “Carrier pigeon” has no meaning in the mapping mollie'],
      ],
    ],
  ])('%s', async (_name, content, options, rows) => {
    expect(await read(content, options)).toEqual(rows);
  });

  test('PayPal needs the name of its date format', async () => {
    const titles = 'Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Transaction ID\n';
    await expect(read(titles)).rejects.toThrow('The date format must be named');
  });
});

test('columns of an own mapping', async () => {
  const content = 'Datum;Betrag;Name;Saldo\n31.03.2026;1.234,50 €;Ada;1\n';
  const change = {
    columns: {
      amount: { first: ['Betrag'] },
      receiver: { first: ['Name'] },
      createdAt: { first: ['Datum'] },
    },
    constants: { method: 'bank_transfer', status: 'success', currency: 'EUR' },
    decimal: 'comma',
    dateFormat: 'DD.MM.YYYY',
    timeZone: 'Europe/Berlin',
  } as const satisfies Parameters<typeof changeMapping>[1];
  expect(await read(content, { change })).toEqual([
    [2, 123450, 'EUR', 'Ada', 'success', 'bank_transfer', '2026-03-30T22:00:00.000Z'],
  ]);
  await expect(read(content, { change: { columns: { amount: { first: ['Summe'] } } } })).rejects.toThrow(
    'The file has no column “Summe”.',
  );
});

test.each<[string, Partial<Parameters<typeof changeMapping>[1]>]>([
  ['reference', { reference: ['Beleg'] }],
  ['rows to leave out', { leaveOut: [{ column: 'Beleg', values: ['Gebühr'], reason: 'it is a fee' }] }],
])('a column of the mapping that the file does not have is refused: %s', async (_name, change) => {
  await expect(read(plain, { change })).rejects.toThrow('The file has no column “Beleg”.');
});

test('the currency that an amount names is never another one', async () => {
  const change = { decimal: 'point' } as const;
  const of = async (amount: string, currency = '') =>
    (await read(`${header}\n"${amount}",${currency},credit_card,success,Ada\n`, { change }))[0]?.slice(1, 3);
  for (const amount of ['€12.00', '12.00 EUR', 'EUR 12.00'])
    for (const currency of ['USD', 'JPY'])
      expect(await of(amount, currency)).toEqual([
        expect.stringMatching(`says (EUR|€), but its currency is ${currency}`),
      ]);
  expect(await of('€12.00')).toEqual([
    'amount “€12.00” says €, but its currency is USD; name the currency of the file, or its column',
  ]);
  expect(await of('€12.00 USD', 'USD')).toEqual([expect.stringContaining('amount must be a number')]);
  expect(await of('12.00 EUR')).toEqual([1200, 'EUR']);
  for (const [amount, currency] of [
    ['$12.00', 'USD'],
    ['$12.00', 'CAD'],
    ['＄12.00', 'USD'],
    ['12.00 EUR', 'eur'],
    ['￥12', 'JPY'],
    ['¥12.00', 'CNY'],
    ['12.00 PLN', 'PLN'],
  ] as const)
    expect(await of(amount, currency)).toEqual([amount.includes('.') ? 1200 : 12, currency.toUpperCase()]);
});

test('a date without a time begins at midnight in the zone of the mapping', async () => {
  const content = `${header},Created At\n1,EUR,credit_card,success,Ada,2026-03-31\n`;
  const payment = [2, 100, 'EUR', 'Ada', 'success', 'credit_card'];
  expect(await read(content, { change: { timeZone: 'UTC' } })).toEqual([[...payment, '2026-03-31']]);
  expect(await read(content, { change: { timeZone: 'Europe/Berlin' } })).toEqual([
    [...payment, '2026-03-30T22:00:00.000Z'],
  ]);
});

test('rows with a text that means null are left out', async () => {
  const content = `${header}\n1,EUR,credit_card,Booked,Ada\n1,EUR,credit_card,Draft,Bob\n1,EUR,credit_card,Odd,Cyd\n`;
  expect(await read(content, { change: { values: { status: { booked: 'success', draft: null } } } })).toEqual(
    [
      [2, 100, 'EUR', 'Ada', 'success', 'credit_card'],
      [3, 'left out: status is “Draft”, which you chose to leave out'],
      [4, 'status “Odd” has no meaning in the mapping payments'],
    ],
  );
});

test('an unknown column without a mapping is refused', async () => {
  await expect(read('Name;Amount\nAda;1\n')).rejects.toThrow(
    'The column “Name” is not a field of a payment.',
  );
});
