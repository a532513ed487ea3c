/**
 * The peer: what a team builds from the same requirements with NestJS, TypeORM and pg. It has no rollups, no event log, no
 * idempotency keys and no live events. Prints `ready at <URL>`.
 */
import 'reflect-metadata';
import { Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { DataSource } from 'typeorm';
import { AuthController } from './auth.mjs';
import { PaymentEntity } from './payment.entity.mjs';
import { PaymentsController } from './payments.controller.mjs';
import { PaymentsService } from './payments.service.mjs';

const { DATABASE_URL, JWT_SECRET } = process.env;

const dataSource = new DataSource({ type: 'postgres', url: DATABASE_URL, entities: [PaymentEntity] });
await dataSource.initialize();

class AppModule {}
Module({
  imports: [JwtModule.register({ secret: JWT_SECRET, signOptions: { expiresIn: '1d' } })],
  controllers: [AuthController, PaymentsController],
  providers: [PaymentsService, { provide: DataSource, useValue: dataSource }],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
await app.listen(0, '127.0.0.1');
console.log(`ready at ${await app.getUrl()}`);

process.on('disconnect', () => process.exit());
