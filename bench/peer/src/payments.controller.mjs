import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  Body,
  Controller,
  Get,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import { JwtGuard } from './auth.mjs';
import { decorateClass, decorateMethod } from './decorate.mjs';
import { CreatePaymentDto, ListPaymentsDto, SettlePaymentDto } from './payments.dto.mjs';
import { PaymentsService } from './payments.service.mjs';

const csvColumns = ['id', 'amount_minor', 'method', 'status', 'receiver', 'description', 'created_at'];

const csvCell = (value) => {
  const text = value instanceof Date ? value.toISOString() : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export class PaymentsController {
  constructor(payments) {
    this.payments = payments;
  }

  list(filter) {
    return this.payments.list(filter);
  }

  create(payment) {
    return this.payments.create(payment);
  }

  settle(id, { status }) {
    return this.payments.settle(id, status);
  }

  stats() {
    return this.payments.stats();
  }

  async export(response) {
    response.setHeader('content-type', 'text/csv');
    const toCsv = new Transform({
      writableObjectMode: true,
      transform: (row, _encoding, done) =>
        done(null, `${csvColumns.map((column) => csvCell(row[`p_${column}`])).join(',')}\n`),
    });
    response.write('ID,Amount,Method,Status,Receiver,Description,Created At\n');
    await pipeline(await this.payments.stream(), toCsv, response);
  }
}

decorateMethod(PaymentsController, 'list', {
  decorators: [Get()],
  parameters: [{ decorator: Query(), type: ListPaymentsDto }],
});
decorateMethod(PaymentsController, 'create', {
  decorators: [Post()],
  parameters: [{ decorator: Body(), type: CreatePaymentDto }],
});
decorateMethod(PaymentsController, 'settle', {
  decorators: [Patch(':id')],
  parameters: [
    { decorator: Param('id', new ParseUUIDPipe()), type: String },
    { decorator: Body(), type: SettlePaymentDto },
  ],
});
decorateMethod(PaymentsController, 'stats', { decorators: [Get('stats')] });
decorateMethod(PaymentsController, 'export', {
  decorators: [Get('export')],
  parameters: [{ decorator: Res() }],
});
decorateClass(PaymentsController, {
  decorators: [Controller('payments'), UseGuards(JwtGuard)],
  inject: [PaymentsService],
});
