import { Session } from 'node:inspector/promises';
import { Fleet, epochNow } from '/work/main/load/engine/fleet.ts';
import { realClock } from '/work/main/src/clock.ts';
const N=1000, rate=10000, dur=6000, port=process.argv[2];
const s=new Session(); s.connect(); await s.post('Profiler.enable'); await s.post('Profiler.setSamplingInterval',{interval:200});
function top(profile:any,label:string){const self=new Map<string,number>();let total=0;const dt=profile.timeDeltas;const byId=new Map(profile.nodes.map((n:any)=>[n.id,n]));profile.samples.forEach((id:number,i:number)=>{const n:any=byId.get(id);const k=n.callFrame.functionName+' '+n.callFrame.url.split('/').slice(-2).join('/')+':'+n.callFrame.lineNumber;self.set(k,(self.get(k)??0)+dt[i]);total+=dt[i]});console.log('==',label,'total',total/1000);for(const [k,v] of [...self].sort((a,b)=>b[1]-a[1]).slice(0,32))console.log((v/1000).toFixed(0).padStart(7),k)}
const f=new Fleet({url:`ws://127.0.0.1:${port}/ocpp`,stations:Array.from({length:N},(_,i)=>({identity:'CP'+i,version:'1.6' as const})),certificates:[],build:{evses:1,vendorName:'v',model:'m',configuration:{}},timeoutMs:5000,seed:1,total:N,workers:1,worker:0},realClock);
await s.post('Profiler.start'); let t=performance.now();
await f.connect(epochNow(),0);
while((await f.census()).accepted<N)await realClock.sleep(2);
console.log('booted',performance.now()-t); await f.settle(5000);
top((await s.post('Profiler.stop') as any).profile,'connect');
const go=async(d:number)=>{await f.schedule({scenario:{name:'x',exec:'heartbeat',startMs:0,holdMs:0,tokens:[],executor:'constant-arrival-rate',rate,durationMs:d},startAtEpoch:epochNow()});await realClock.sleep(d+20);};
await go(2000);
await s.post('Profiler.start'); const c0=process.cpuUsage(); await go(dur);const c=process.cpuUsage(c0);
top((await s.post('Profiler.stop') as any).profile,'calls'); console.log('us/call',(c.user+c.system)/(rate*dur/1000)); await f.drain(2000); process.exit(0);
