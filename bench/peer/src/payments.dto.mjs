import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsPositive, IsString, Length, Max, Min } from 'class-validator';
import { decorateProperties } from './decorate.mjs';

const methods = ['credit_card', 'bank_transfer', 'digital_wallet'];
const statuses = ['pending', 'success', 'failed'];

export class CreatePaymentDto {
  amountMinor;
  currency;
  method;
  status;
  receiver;
  description;
  failureCode;
}
decorateProperties(CreatePaymentDto, {
  amountMinor: [IsInt(), IsPositive()],
  currency: [IsString(), Length(3, 3)],
  method: [IsIn(methods)],
  status: [IsIn(statuses)],
  receiver: [IsString(), Length(2, 100)],
  description: [IsOptional(), IsString(), Length(0, 500)],
  failureCode: [IsOptional(), IsString()],
});

export class ListPaymentsDto {
  page = 1;
  limit = 10;
  status;
  method;
}
decorateProperties(ListPaymentsDto, {
  page: [Type(() => Number), IsInt(), Min(1)],
  limit: [Type(() => Number), IsInt(), Min(1), Max(100)],
  status: [IsOptional(), IsIn(statuses)],
  method: [IsOptional(), IsIn(methods)],
});

export class SettlePaymentDto {
  status;
}
decorateProperties(SettlePaymentDto, { status: [IsIn(['success', 'failed'])] });
