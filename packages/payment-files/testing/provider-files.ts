/**
 * A file of a provider, written after the provider's public description of its export, and what must become of it.
 * `sumsMinor` are the amounts of all its payments in minor units. `dateFormat` is what the importer must name.
 */
export type ProviderFile = {
  name: string;
  preset: string;
  text: string;
  dateFormat?: string;
  good: number;
  leftOut: number;
  /** How many of the good rows were refunded or charged back later. */
  refunded: number;
  sumsMinor: Record<string, number>;
};

const lines = (...texts: string[]) => `${texts.join('\r\n')}\r\n`;

/** Dashboard, Payments, Export, all columns (https://support.stripe.com/questions/exporting-payment-data). */
const stripePayments: ProviderFile = {
  name: 'unified_payments.csv',
  preset: 'stripe-payments',
  text: lines(
    'id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Converted Amount Refunded,Converted Currency,Decline Reason,Description,Fee,Is Link,Link Funding,Mode,PaymentIntent ID,Payment Source Type,Refunded date (UTC),Statement Descriptor,Status,Seller Message,Taxes On Fee,Card ID,Card Last4,Card Brand,Card Funding,Card Exp Month,Card Exp Year,Card Name,Customer ID,Customer Description,Customer Email,Dispute Status,Invoice ID,order (metadata)',
    'ch_3PaaaaaaaaaaaaaaA1,2026-03-01 10:30,49.90,0.00,usd,true,49.90,0.00,usd,,Order 1001,1.75,false,,Live,pi_3PaaaA1,card,,SHOP,Paid,Payment complete.,0.00,pm_1A,4242,Visa,credit,4,2028,Ada Lovelace,cus_A,,ada@example.com,,,1001',
    'ch_3PaaaaaaaaaaaaaaA2,2026-03-01 10:31,"1,234.50",100.00,eur,true,"1,340.11",108.60,usd,,"Order 1002, two chairs",39.20,false,,Live,pi_3PaaaA2,sepa_debit,2026-03-02 09:00,SHOP,Partial Refund,Payment complete.,0.00,,,,,,,,cus_B,,bob@example.com,,,1002',
    'ch_3PaaaaaaaaaaaaaaA3,2026-03-01 10:32,1250,0,jpy,true,8.40,0.00,usd,,Order 1003,0.60,true,card,Live,pi_3PaaaA3,link,,SHOP,Refunded,Payment complete.,0.00,,,,,,,,,,,,,1003',
    'ch_3PaaaaaaaaaaaaaaA4,2026-03-01 10:33,20.00,0.00,usd,false,20.00,0.00,usd,insufficient_funds,Order 1004,0.00,false,,Live,pi_3PaaaA4,card,,SHOP,Failed,The bank returned the decline code insufficient_funds.,0.00,pm_1D,0341,Visa,debit,4,2028,Dan Smith,,,,,,1004',
    'ch_3PaaaaaaaaaaaaaaA5,2026-03-01 10:34,12.34,0.00,usd,false,12.34,0.00,usd,,Order 1005,0.00,false,,Live,pi_3PaaaA5,us_bank_account,,SHOP,Pending,,0.00,,,,,,,Eve Jones,,,,,,1005',
    ',2026-03-01 10:35,7.00,0.00,usd,false,,,,,Order 1006,0.00,false,,Live,pi_3PaaaA6,card,,SHOP,Canceled,,0.00,,,,,,,,,,,,,1006',
  ),
  good: 5,
  leftOut: 1,
  refunded: 2,
  sumsMinor: { USD: 4990 + 2000 + 1234, EUR: 123450, JPY: 1250 },
};

/** Dashboard, Balances, All activity, Export (https://docs.stripe.com/reports/balance). */
const stripeBalance: ProviderFile = {
  name: 'balance_history.csv',
  preset: 'stripe-balance',
  text: lines(
    'id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description,Customer Facing Amount,Customer Facing Currency,Transfer,Transfer Date (UTC),Transfer Group',
    'txn_1A,charge,ch_1A,120.00,3.78,116.22,usd,2026-03-01 14:03,2026-03-03 00:00,Course sale,120.00,usd,po_1,2026-03-05 00:00,',
    'txn_1B,payment,py_1B,"2,000.05",5.00,"1,995.05",usd,2026-03-01 15:00,2026-03-08 00:00,Invoice 77,"2,000.05",usd,po_1,2026-03-05 00:00,',
    'txn_1C,refund,re_1C,-20.00,0.00,-20.00,usd,2026-03-02 14:03,2026-03-04 00:00,REFUND FOR CHARGE (Course sale),-20.00,usd,po_1,2026-03-05 00:00,',
    'txn_1D,payout,po_1,"-2,091.27",0.00,"-2,091.27",usd,2026-03-05 00:00,2026-03-05 00:00,STRIPE PAYOUT,,,po_1,2026-03-05 00:00,',
    'txn_1E,stripe_fee,,-2.00,0.00,-2.00,usd,2026-03-06 14:03,2026-03-06 00:00,Billing (2026-02-01 - 2026-02-28),,,,,',
    'txn_1F,adjustment,du_1F,-120.00,15.00,-135.00,usd,2026-03-07 14:03,2026-03-07 00:00,Chargeback withdrawal,,,,,',
  ),
  good: 2,
  leftOut: 4,
  refunded: 0,
  sumsMinor: { USD: 12000 + 200005 },
};

/** Reports, Activity download, CSV (https://www.paypalobjects.com/webstatic/en_US/developer/docs/pdf/PP_ActivityDownload.pdf). */
const payPal: ProviderFile = {
  name: 'Download.CSV',
  preset: 'paypal',
  dateFormat: 'MM/DD/YYYY HH:mm:ss',
  text: `\uFEFF${lines(
    '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","From Email Address","To Email Address","Transaction ID","Shipping Address","Address Status","Item Title","Item ID","Reference Txn ID","Invoice Number","Custom Number","Quantity","Receipt ID","Balance","Subject","Note","Country Code","Balance Impact"',
    '"03/01/2026","22:30:00","PST","Ada Lovelace","Express Checkout Payment","Completed","USD","1,234.50","-36.10","1,198.40","ada@example.com","shop@example.com","8AB12345CD678901E","","","Chair","","","1001","","1","","1,198.40","","","US","Credit"',
    '"03/08/2026","03:15:09","PDT","Grace Hopper","Subscription Payment","Completed","EUR","45.50","-1.62","43.88","grace@example.com","shop@example.com","9CD23456EF789012F","","","Plan","","","","","1","","43.88","","","DE","Credit"',
    '"03/08/2026","09:42:51","PDT","Ada Lovelace","Payment Refund","Completed","USD","-25.00","0.73","-24.27","shop@example.com","ada@example.com","1EF34567GH890123G","","","","","8AB12345CD678901E","","","","","1,174.13","","","US","Debit"',
    '"03/08/2026","10:00:00","PDT","","General Currency Conversion","Completed","USD","47.00","0.00","47.00","","","1EF34567GH890124G","","","","","9CD23456EF789012F","","","","","1,221.13","","","","Credit"',
    '"03/08/2026","14:30:00","PDT","Katherine Johnson","Mobile Payment","Pending","USD","10.00","0.00","10.00","kj@example.com","shop@example.com","2GH45678IJ901234H","","","","","","","","","","1,221.13","","","US","Credit"',
    '"03/08/2026","14:31:00","PDT","Dorothy Vaughan","Express Checkout Payment","Denied","USD","99.99","0.00","99.99","dv@example.com","shop@example.com","2GH45678IJ901235H","","","","","","","","","","1,221.13","","","US","Credit"',
    '"03/09/2026","06:00:00","PDT","","General Withdrawal","Completed","USD","-70.33","0.00","-70.33","","","3IJ56789KL012345I","","","","","","","","","","1,150.80","","","","Debit"',
    '"03/09/2026","07:00:00","PDT","Mary Jackson","General Authorization","Pending","USD","42.92","0.00","42.92","mj@example.com","shop@example.com","91C639911G078574E","","","","","","","","","","1,150.80","","","US","Memo"',
    '"03/09/2026","08:00:00","PDT","","General Card Deposit","Completed","USD","22.00","0.00","22.00","","","8XK21934LM0042A","","","","","","","","","","1,172.80","","","","Credit"',
  )}`,
  good: 4,
  leftOut: 5,
  refunded: 0,
  sumsMinor: { USD: 123450 + 1000 + 9999, EUR: 4550 },
};

/** Balance, Statements, CSV (https://docs.wise.com/api-docs/api-reference/balance-statement). */
const wise: ProviderFile = {
  name: 'statement_12345678_GBP_2026-03-01_2026-03-31.csv',
  preset: 'wise',
  text: lines(
    '"TransferWise ID",Date,"Date Time",Amount,Currency,Description,"Payment Reference","Running Balance","Exchange From","Exchange To","Exchange Rate","Payer Name","Payee Name","Payee Account Number",Merchant,"Card Last Four Digits","Card Holder Full Name",Attachment,Note,"Total fees","Exchange To Amount","Transaction Type","Transaction Details Type"',
    'TRANSFER-900001,01-03-2026,"01-03-2026 18:00:02.198",250.00,GBP,"Received money from Ada Ltd with reference INV 7","INV 7",1000.00,,,,"Ada Ltd",,,,,,,,0.00,,CREDIT,DEPOSIT',
    'TRANSFER-900002,02-03-2026,"02-03-2026 08:00:00.000",-100.00,GBP,"Sent money to Bob",,900.00,,,,,Bob,12345678,,,,,,0.40,,DEBIT,TRANSFER',
    'FEE-TRANSFER-900002,02-03-2026,"02-03-2026 08:00:00.000",-0.40,GBP,"Wise Charges for: TRANSFER-900002",,899.60,,,,,Wise,,,,,,,0.40,,DEBIT,TRANSFER',
    'CARD-900003,03-03-2026,"03-03-2026 12:00:00.000",4.20,GBP,"Card refund issued by Cafe",,903.80,,,,,,,Cafe,1234,"Ada Owner",,,0.00,,CREDIT,CARD',
    'BALANCE-900004,04-03-2026,"04-03-2026 12:00:00.000",85.10,GBP,"Converted 100.00 EUR to 85.10 GBP",,988.90,EUR,GBP,0.851,,,,,,,,,0.30,,CREDIT,CONVERSION',
    'TRANSFER-900005,05-03-2026,"05-03-2026 12:00:00.000",1999.99,GBP,"Received money from Carol",,2988.89,,,,Carol,,,,,,,,0.00,,CREDIT,DEPOSIT',
  ),
  good: 2,
  leftOut: 4,
  refunded: 0,
  sumsMinor: { GBP: 25000 + 199999 },
};

/** Dashboard, Payments, Export, CSV (https://help.mollie.com). */
const mollie: ProviderFile = {
  name: 'payments-mollie.csv',
  preset: 'mollie',
  text: lines(
    'Date,Payment method,Currency,Amount,Status,ID,Description,Consumer name,Consumer bank account,Consumer BIC,Settlement currency,Settlement amount,Settlement reference,Amount refunded',
    '"2026-03-01 12:12:47",iDEAL,EUR,49.90,paidout,tr_7UhSN1zuXS,"Order 1001",Ada,NL53ABNA0000000000,ABNANL2A,EUR,49.90,1234567.2603.01,0.00',
    '"2026-03-01 12:15:00","Credit card",EUR,1250.00,paid,tr_7UhSN1zuX2,"Order 1002","Bob Jansen",,,EUR,1250.00,,0.00',
    '"2026-03-01 12:16:00",Bancontact,EUR,15.00,expired,tr_7UhSN1zuX3,"Order 1003",,,,,,,',
    '"2026-03-01 12:17:00",PayPal,USD,20.05,open,tr_7UhSN1zuX4,"Order 1004",,,,,,,',
    '"2026-03-01 12:18:00",iDEAL,EUR,9.00,canceled,tr_7UhSN1zuX5,"Order 1005",,,,,,,',
  ),
  good: 4,
  leftOut: 1,
  refunded: 0,
  sumsMinor: { EUR: 4990 + 125000 + 1500, USD: 2005 },
};

export const providerFiles: readonly ProviderFile[] = [stripePayments, stripeBalance, payPal, wise, mollie];
