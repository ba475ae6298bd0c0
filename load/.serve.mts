import { fork } from 'node:child_process';
const c=fork('/work/main/load/bench/server.ts',{execArgv:['--import','tsx']}); c.on('message',(p)=>console.log(p)); setTimeout(()=>{c.disconnect();process.exit()},Number(process.argv[2]??30)*1000);
