import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { FakeGate } from '../support/envoy/fake-gate';
import { RunningSidecar, freePort } from '../support/envoy/running-sidecar';
import { environmentAccess } from '../support/envoy/access';
import { eventually } from '../support/envoy/eventually';
import { launchBrowser } from '../support/browser/launch-browser';
import { JupyterLabPage } from '../support/browser/jupyterlab-page';
import { CodeServerPage } from '../support/browser/code-server-page';
const appl = (args: string[]) => spawn('unshare', ['--mount','--pid','--fork','--kill-child','--propagation','private','sh','/tmp/envoy/app.sh',...args], {stdio:['ignore','inherit','inherit']});
const get = (port: number, path: string, method='GET', body?: string): Promise<{status:number, body:string}> => new Promise((res, rej) => { const r = request({host:'127.0.0.1',port,path,method,headers:{host:'127.0.0.1:'+port, 'content-type':'application/json'}}, (a)=>{let b='';a.on('data',d=>b+=d);a.on('end',()=>res({status:a.statusCode??0,body:b.slice(0,300)}));}); r.on('error',rej); r.end(body); });
test.each(['/','/team-a/thesis'])('jupyter %s', async (path) => {
  const port = await freePort(), listenPort = await freePort();
  const child = appl(['jup','1000:100','/home/jovyan','jupyter','lab','--no-browser','--ServerApp.ip=127.0.0.1',`--ServerApp.port=${port}`,`--ServerApp.base_url=${path}`,'--IdentityProvider.token=','--ServerApp.disable_check_xsrf=True','--ServerApp.root_dir=/home/jovyan']);
  const access = environmentAccess({spec:{listenPort, address:{scheme:'http',host:`127.0.0.1:${listenPort}`,path}, app:{port,basePath:'Keep',view:'None'}}});
  const gate = await FakeGate.start((d)=>d.take(access));
  const s = await RunningSidecar.start(access, gate.ports);
  try {
  await s.becomesReady();
  const b = path === '/' ? '' : path;
  await eventually('jupyter', async () => (await get(listenPort, b+'/api').catch(()=>undefined))?.status === 200);
  console.log('mkdir', await get(listenPort, b+'/api/contents/a%20b', 'PUT', '{"type":"directory"}'));
  console.log('file', await get(listenPort, b+'/api/contents/a%20b%2F%C3%BC%2B%23.txt', 'PUT', '{"type":"file","format":"text","content":"hello"}'));
  console.log('read', await get(listenPort, b+'/api/contents/a%20b%2F%C3%BC%2B%23.txt'), await get(listenPort, b+'/files/a%20b/%C3%BC%2B%23.txt'));
  const browser = await launchBrowser();
  const page = await JupyterLabPage.open(browser, { url: `http://127.0.0.1:${listenPort}${b}/` });
  await page.newNotebook();
  console.log('cell', await page.runCell('print(6*7)'));
  console.log('terminal', await (await page.openTerminal()).run('echo $((6*7))'));
  await browser.close();
  console.log('LOG', s.envoy.requests.filter(r=>Number(r['status'])>=400 && Number(r['status'])!==503).map(r=>r['method']+' '+r['path']+' '+r['status']+' '+r['details']).join('\n'));
  } finally { await s.stop(); await gate.stop(); require('child_process').execSync("for p in $(pgrep -f '[b]ind-addr 127.0.0.1:'"+port+"); do kill -9 $p; done"); }
}, 60000);
test.each([['/', 'Keep'],['/team-a/thesis','Strip']] as const)('code-server %s %s', async (path, basePath) => {
  const port = await freePort(), listenPort = await freePort();
  const child = appl(['cs','1000:1000','/home/coder','/usr/bin/code-server','--bind-addr',`127.0.0.1:${port}`,'--auth','none','--disable-telemetry','--disable-update-check','--disable-workspace-trust','/home/coder']);
  const access = environmentAccess({spec:{listenPort, address:{scheme:'http',host:`127.0.0.1:${listenPort}`,path}, app:{port,basePath,view:'None'}}});
  const gate = await FakeGate.start((d)=>d.take(access));
  const s = await RunningSidecar.start(access, gate.ports);
  try {
  await s.becomesReady();
  const b = path === '/' ? '' : path;
  await eventually('cs', async () => (await get(listenPort, b+'/healthz').catch(()=>undefined))?.status === 200);
  const browser = await launchBrowser();
  const page = await CodeServerPage.open(browser, { url: `http://127.0.0.1:${listenPort}${b}/` });
  const term = await page.openTerminal(); await page.rewriteFile("/home/coder/a b.txt", "hello").catch(String); console.log("file", await page.openFile("/home/coder/a b.txt").catch(String));
  console.log('cs terminal', await term.run('echo $((6*7))'));
  await browser.close();
  console.log('LOG', s.envoy.requests.filter(r=>Number(r['status'])>=400 && Number(r['status'])!==503).map(r=>r['method']+' '+r['path']+' '+r['status']+' '+r['details']).join('\n'));
  } finally { await s.stop(); await gate.stop(); require('child_process').execSync("for p in $(pgrep -f '[b]ind-addr 127.0.0.1:'"+port+"); do kill -9 $p; done"); }
}, 60000);
