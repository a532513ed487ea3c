import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { decorateClass } from './decorate.mjs';
import { PaymentEntity } from './payment.entity.mjs';

const days = 30;
const dayMs = 86_400_000;
const currency = 'USD';

/** A share in percent, with one decimal. */
const oneDecimal = (part, whole) => (whole === 0 ? 0 : Math.round((1_000 * part) / whole) / 10);

export class PaymentsService {
  constructor(dataSource) {
    this.dataSource = dataSource;
    this.payments = dataSource.getRepository(PaymentEntity);
  }

  async list({ page, limit, status, method }) {
    const [data, total] = await this.payments.findAndCount({
      where: { ...(status && { status }), ...(method && { method }) },
      order: { createdAt: 'DESC' },
      skip: (page - 1) * limit,
      take: limit,
    });
    return { data, total, page, totalPages: Math.ceil(total / limit) };
  }

  create(input) {
    return this.payments.save(this.payments.create(input));
  }

  async settle(id, status) {
    const { affected } = await this.payments.update({ id, status: 'pending' }, { status });
    const payment = await this.payments.findOneBy({ id });
    if (payment === null) throw new NotFoundException();
    if (affected === 0) throw new ConflictException('The payment is settled already.');
    return payment;
  }

  /** The figures of the last 30 days, today included, and of the 30 days before. */
  async stats() {
    const today = new Date().setUTCHours(0, 0, 0, 0);
    const tomorrow = new Date(today + dayMs);
    const from = new Date(tomorrow - days * dayMs);
    const [[counts], current, previous] = await Promise.all([
      this.dataSource.query(
        `select count(*) filter (where created_at >= $2)::int as today, count(*)::int as week
         from payments where created_at >= $1 and currency = $3`,
        [new Date(today - 6 * dayMs), new Date(today), currency],
      ),
      this.figures(from, tomorrow),
      this.figures(new Date(from - days * dayMs), from),
    ]);
    return {
      totalTransactionsToday: counts.today,
      totalTransactionsWeek: counts.week,
      ...current,
      previous,
    };
  }

  /** Each group of figures is one aggregate. */
  async figures(from, to) {
    const range = [from, to, currency];
    const [[totals], chart, methods] = await Promise.all([
      this.dataSource.query(
        `select coalesce(sum(amount_minor) filter (where status = 'success'), 0)::float8 as revenue,
                count(*) filter (where status = 'failed')::int as failed,
                count(*) filter (where status = 'success')::int as succeeded
         from payments where created_at >= $1 and created_at < $2 and currency = $3`,
        range,
      ),
      this.dataSource.query(
        `select (created_at at time zone 'UTC')::date::text as date, sum(amount_minor)::float8 as "amountMinor"
         from payments where created_at >= $1 and created_at < $2 and currency = $3 and status = 'success'
         group by 1 order by 1`,
        range,
      ),
      this.dataSource.query(
        `select method, count(*)::int as count from payments
         where created_at >= $1 and created_at < $2 and currency = $3 group by 1 order by 1`,
        range,
      ),
    ]);
    const settled = totals.succeeded + totals.failed;
    const count = methods.reduce((sum, method) => sum + method.count, 0);
    const amounts = new Map(chart.map(({ date, amountMinor }) => [date, amountMinor]));
    return {
      totalRevenueMinor: totals.revenue,
      failedTransactions: totals.failed,
      successRate: oneDecimal(totals.succeeded, settled),
      revenueChart: Array.from({ length: days }, (_, i) => {
        const date = new Date(from.getTime() + i * dayMs).toISOString().slice(0, 10);
        return { date, amountMinor: amounts.get(date) ?? 0 };
      }),
      methodDistribution: methods.map((method) => ({
        ...method,
        percentage: oneDecimal(method.count, count),
      })),
    };
  }

  /** All payments as rows of a stream, which the driver reads through a cursor. */
  stream() {
    return this.payments.createQueryBuilder('p').orderBy('p.createdAt').stream();
  }
}
decorateClass(PaymentsService, { decorators: [Injectable()], inject: [DataSource] });
