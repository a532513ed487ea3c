import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { decorateClass } from './decorate.mjs';
import { PaymentEntity } from './payment.entity.mjs';

const days = 30;

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

  /** The figures of the last 30 days, today included, each group by one aggregate. */
  async stats() {
    const today = new Date().setUTCHours(0, 0, 0, 0);
    const from = new Date(today - (days - 1) * 86_400_000);
    const week = new Date(today - 6 * 86_400_000);
    const [[totals], chart, methods] = await Promise.all([
      this.dataSource.query(
        `select count(*) filter (where created_at >= $2)::int as today,
                count(*) filter (where created_at >= $3)::int as week,
                coalesce(sum(amount_minor) filter (where status = 'success'), 0)::float8 as revenue,
                count(*) filter (where status = 'failed')::int as failed,
                count(*) filter (where status = 'success')::int as succeeded
         from payments where created_at >= $1 and currency = 'USD'`,
        [from, new Date(today), week],
      ),
      this.dataSource.query(
        `select (created_at at time zone 'UTC')::date::text as date, sum(amount_minor)::float8 as "amountMinor"
         from payments where created_at >= $1 and currency = 'USD' and status = 'success' group by 1 order by 1`,
        [from],
      ),
      this.dataSource.query(
        `select method, count(*)::int as count from payments
         where created_at >= $1 and currency = 'USD' group by 1 order by 1`,
        [from],
      ),
    ]);
    const settled = totals.succeeded + totals.failed;
    const count = methods.reduce((sum, method) => sum + method.count, 0);
    return {
      totalTransactionsToday: totals.today,
      totalTransactionsWeek: totals.week,
      totalRevenueMinor: totals.revenue,
      failedTransactions: totals.failed,
      successRate: settled === 0 ? 0 : Math.round((1_000 * totals.succeeded) / settled) / 10,
      revenueChart: Array.from({ length: days }, (_, i) => {
        const date = new Date(from.getTime() + i * 86_400_000).toISOString().slice(0, 10);
        return chart.find((day) => day.date === date) ?? { date, amountMinor: 0 };
      }),
      methodDistribution: methods.map((method) => ({
        ...method,
        percentage: Math.round((1_000 * method.count) / count) / 10,
      })),
    };
  }

  /** All payments as rows of a stream, which the driver reads through a cursor. */
  stream() {
    return this.payments.createQueryBuilder('p').orderBy('p.createdAt').stream();
  }
}
decorateClass(PaymentsService, { decorators: [Injectable()], inject: [DataSource] });
