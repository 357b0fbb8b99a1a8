/** The page, its head and its sections. */
export const page = `
*,::before,::after{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 var(--sans);-webkit-font-smoothing:antialiased}
main,.head,.foot{max-width:1160px;margin:0 auto;padding:0 28px}
h1,h2,h3,h4{line-height:1.25;margin:0;font-weight:650;letter-spacing:-.01em;text-wrap:balance}
h1{font-size:30px}h2{font-size:21px}h3{font-size:16px}
p{margin:0 0 10px;text-wrap:pretty}
a{color:var(--accent);text-underline-offset:3px}
body{overflow-wrap:anywhere}td,th{overflow-wrap:break-word}
code,.id,.mono{font-family:var(--mono);font-size:.84em}
.id{color:var(--soft);overflow-wrap:anywhere}
.name{font-weight:550}
.soft{color:var(--soft)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-999px;top:8px;background:var(--paper);padding:8px 14px;border-radius:6px;z-index:9}
.skip:focus{left:20px}
.head{padding-top:36px;display:flex;gap:24px;align-items:flex-start;flex-wrap:wrap}
.head>div:first-child{flex:1 1 420px;min-width:0}
.brand{font-size:13px;font-weight:600;color:var(--soft);letter-spacing:.02em;margin:0 0 6px}
.when{color:var(--soft);margin:8px 0 0}
.tools{display:flex;gap:8px}
button,select,input{font:inherit;color:inherit}
button,select,input[type=search]{background:var(--paper);border:1px solid var(--edge);border-radius:8px;padding:7px 12px;min-height:38px}
button{cursor:pointer}button:hover{background:var(--sunk)}button:disabled{opacity:.5;cursor:default}
.verdict{margin:26px 0 0;padding:24px 28px;border-radius:14px;background:var(--good-ground);color:var(--good-ink)}
.verdict p{margin:0}.verdict .sentence{font-size:23px;line-height:1.35;font-weight:620;letter-spacing:-.012em}
.verdict ul{margin:12px 0 0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:2px 26px}
.verdict.urgent{background:var(--critical-ground);color:var(--critical-ink)}.verdict.attention{background:var(--high-ground);color:var(--high-ink)}.verdict.blind{background:var(--info-ground);color:var(--info-ink)}
.cards{display:grid;grid-template-columns:repeat(3,1fr);gap:16px;margin:16px 0 0;padding:0;list-style:none}
.card{background:var(--paper);border:1px solid var(--rule);border-radius:14px;padding:18px 20px;min-width:0}
.card h3{font-size:14px;font-weight:550;color:var(--soft);letter-spacing:0}
.card .value{font-size:34px;line-height:1.15;font-weight:650;letter-spacing:-.025em;margin:6px 0 4px;font-variant-numeric:tabular-nums}
.card .value small{font-size:17px;font-weight:500;color:var(--soft);letter-spacing:0}
.card p{margin:0;color:var(--soft);font-size:14px}
.card .value.unknown{font-size:24px;color:var(--soft);padding:7px 0 3px}
.split{display:flex;height:8px;border-radius:4px;overflow:hidden;gap:2px;margin:10px 0 8px;width:100%}
.delta{font-weight:600}.delta.better{color:var(--good-ink)}.delta.worse{color:var(--critical-ink)}
nav{position:sticky;top:0;z-index:5;background:color-mix(in srgb,var(--ground) 92%,transparent);backdrop-filter:blur(8px);border-bottom:1px solid var(--rule);margin-top:28px}
nav ul{display:flex;gap:22px;overflow-x:auto;max-width:1160px;margin:0 auto;padding:0 28px;list-style:none;scrollbar-width:none}
nav a{display:block;padding:12px 0;color:var(--soft);text-decoration:none;white-space:nowrap;font-size:14px;font-weight:550}
nav a:hover{color:var(--ink)}
main>section{padding-top:40px;scroll-margin-top:24px}
main>section>h2{margin-bottom:4px}
main>section>.scroll,main>section>.empty{margin-top:16px}
.lead{color:var(--soft);margin:0 0 16px;max-width:76ch}
.todo{counter-reset:todo;list-style:none;margin:16px 0 0;padding:0;background:var(--paper);border:1px solid var(--rule);border-radius:14px}
.todo li{display:grid;grid-template-columns:106px 1fr auto;gap:4px 18px;padding:16px 20px;border-top:1px solid var(--rule);align-items:baseline}
.todo li:first-child{border-top:0}
.todo p{margin:0;color:var(--soft);grid-column:2}
.todo a{color:inherit;font-weight:600;text-decoration-color:var(--edge)}
.todo .count{color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
.foot{padding-top:36px;padding-bottom:56px;color:var(--soft);font-size:14px}
.empty{color:var(--soft);background:var(--paper);border:1px dashed var(--edge);border-radius:12px;padding:18px 20px;margin:0}
.left{color:var(--soft);font-size:14px;margin:10px 4px 0}
.absent{background:var(--info-ground);border-radius:12px;padding:14px 20px;margin:0 0 16px}
.absent ul{margin:4px 0 0;padding-left:20px}
.absent p{margin:0;font-weight:600}
`;
