// A PostgreSQL of a test's own, which can be stopped and started again.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './forum.mjs'

const versions = '/usr/lib/postgresql'
const bin = () => {
  const [newest] = readdirSync(versions).sort((a, b) => b - a)
  return join(versions, newest, 'bin')
}

// PostgreSQL refuses to run as root.
const isRoot = process.getuid() === 0
const asOwner = (command, ...args) => execFileSync(...(isRoot ? ['runuser', ['-u', 'postgres', '--', join(bin(), command), ...args]] : [join(bin(), command), args]), { stdio: ['ignore', 'ignore', 'inherit'], cwd: '/' })

export class Postgres {
  static async start() {
    const server = new Postgres()
    server.port = await freePort()
    server.folder = mkdtempSync(join(tmpdir(), 'madang-postgres-'))
    if (isRoot) execFileSync('chown', ['postgres', server.folder])
    server.data = join(server.folder, 'data')
    asOwner('initdb', '-D', server.data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8')
    server.begin()
    return server
  }

  get url() { return `postgres://postgres@127.0.0.1:${this.port}/postgres?sslmode=disable` }

  begin() {
    asOwner('pg_ctl', '-D', this.data, '-l', join(this.folder, 'log'), '-w', '-t', '20', 'start', '-o', `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.folder}`)
  }

  /// Ends it as a power cut would.
  cut() { asOwner('pg_ctl', '-D', this.data, '-m', 'immediate', 'stop') }

  sql(text) { asOwner('psql', '-q', '-v', 'ON_ERROR_STOP=1', '-d', this.url, '-c', 'SET client_min_messages = warning', '-c', text) }

  /// Lets every write fail as on a full disk, until there is room again.
  fill() {
    this.sql(`
      CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
      END $$;
      DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace LOOP
          EXECUTE format('CREATE TRIGGER no_room BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION no_room()', name);
        END LOOP;
      END $$`)
  }

  makeRoom() { this.sql('DROP FUNCTION no_room CASCADE') }

  end() {
    this.cut()
    rmSync(this.folder, { recursive: true })
  }
}
