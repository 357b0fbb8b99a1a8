/** Tables, the table of keys above all. */
export const tables = `
.scroll{overflow:auto;border:1px solid var(--rule);border-radius:14px;background:var(--paper);max-width:100%}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;padding:12px 16px;color:var(--soft);caption-side:top}
caption.unseen{position:absolute}
th,td{text-align:left;padding:9px 16px;vertical-align:top;border-top:1px solid var(--rule)}
thead th{border-top:0;background:var(--sunk);color:var(--soft);font-size:13px;font-weight:600;white-space:nowrap}
caption:not(.unseen)+thead th{border-top:1px solid var(--rule)}
tbody th{font-weight:400}
tbody tr:hover>*{background:color-mix(in srgb,var(--sunk) 55%,transparent)}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.filters{display:flex;flex-wrap:wrap;gap:10px 12px;margin:16px 0 12px;align-items:end}
.field{display:grid;gap:3px;font-size:13px;color:var(--soft)}
.field.search{flex:1 1 180px}
.filters input,.filters select{color:var(--ink);font-size:15px;width:100%;max-width:150px;height:38px}
.field.search input{max-width:none}
.filters button{height:38px;font-size:15px}
#key-table{scroll-margin-top:64px}
.status{color:var(--soft);font-size:14px;margin:0 0 8px;min-height:22px}
#keys thead th{padding:0}
#keys thead th>.on-paper{display:none}
#keys thead th>span{display:block;padding:9px 16px}
#keys thead button{all:unset;box-sizing:border-box;width:100%;cursor:pointer;padding:9px 16px;display:flex;gap:6px;align-items:center;white-space:nowrap}
#keys thead th.number button{justify-content:flex-end}
#keys thead button:hover{color:var(--ink)}
#keys thead button:focus-visible{outline:3px solid var(--accent);outline-offset:-3px}
#keys th[aria-sort] button{color:var(--ink)}
#keys th[aria-sort=ascending] button::after{content:"▲";font-size:9px}
#keys th[aria-sort=descending] button::after{content:"▼";font-size:9px}
.where{white-space:nowrap}
th>.name+.id,td>.name+.id{display:block}
.rule td:nth-child(2){width:44%;min-width:260px}
.rule tbody th{min-width:190px}
#keys tbody th{min-width:220px}
.arn{display:inline-block;min-width:230px}
#keys tbody .id{display:block}
#keys .opener{all:unset;cursor:pointer;font-weight:550;color:var(--accent);text-align:start;overflow-wrap:anywhere}
#keys .opener:hover{text-decoration:underline}
#keys .opener:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
#keys tr.detail>td{background:var(--sunk);padding:16px 20px}
#keys tr.detail bdi{overflow-wrap:anywhere}
#keys tr.detail dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 18px;margin:0 0 10px}
#keys tr.detail dt{color:var(--soft)}#keys tr.detail dd{margin:0;min-width:0;overflow-wrap:anywhere}
#keys tr.detail ul{margin:4px 0 0;padding-left:18px}
.tag{display:inline-block;border:1px solid var(--edge);border-radius:6px;padding:0 7px;margin:0 6px 4px 0;max-width:100%}
.pager{display:flex;gap:10px;align-items:center;justify-content:flex-end;margin-top:12px;color:var(--soft);font-size:14px}
.on-paper{display:none}
html:not(.scripted) .needs-script{display:none}
html.scripted .without-script{display:none}
@media screen and (max-width:760px){
main,.head,.foot,nav ul{padding-left:16px;padding-right:16px}
h1{font-size:25px}.verdict{padding:18px 20px}.verdict .sentence{font-size:19px}
.cards{grid-template-columns:repeat(2,1fr);gap:10px}.card{padding:14px 16px}.card .value{font-size:27px}.card .value.unknown{font-size:19px}
.charts{grid-template-columns:minmax(0,1fr)}
.chart{padding:16px}svg text{font-size:15px}
.todo li,details.rule>summary{grid-template-columns:1fr auto;padding:14px 16px}.todo p{grid-column:1/-1}.todo li>:nth-child(2),details.rule>summary h3{grid-column:1/-1;grid-row:2}.rule .counts{text-align:right}
.deeds>li{grid-template-columns:1fr;padding:14px 16px}.deeds .sides{grid-template-columns:1fr}
.rule .about{grid-template-columns:1fr;padding:0 16px 14px}.about dd{margin-bottom:6px}
.filters input,.filters select{max-width:none}.field{flex:1 1 140px}
th,td{padding:8px 12px}
.rule tbody th{min-width:118px}.rule td:nth-child(2){min-width:214px}#keys tbody th{min-width:150px}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}*{transition:none!important;animation:none!important}}
@media print{
@page{size:A4;margin:14mm 12mm 16mm;@bottom-left{content:"kms-guard report";font:8pt sans-serif;color:#52606f}@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#52606f}}
:root,:root[data-theme=dark]{color-scheme:light}
body{background:#fff;font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main,.head,.foot{max-width:none;padding:0}
.head{padding-top:0}
nav,.tools,.filters,.pager,.skip,.numbers summary,.evidence summary,.needs-script{display:none!important}
details::details-content{content-visibility:visible!important;block-size:auto!important}
.numbers,.evidence,.full{display:none}
.on-paper{display:block}
.cards{grid-template-columns:repeat(3,1fr)}.charts{grid-template-columns:repeat(2,minmax(0,1fr))}
.card,.chart,.verdict,.todo li,.deeds>li,tr{break-inside:avoid}
h2,h3,summary,caption,thead,.about,.lead{break-after:avoid}.about{break-inside:avoid}tbody>tr:first-child{break-before:avoid}
main>section{padding-top:22px}
.scroll{overflow:visible;border-radius:0;border-width:1px 0 0}
table{font-size:8pt}.chip,.mark{font-size:8pt;padding:0 6px}th,td{padding:4px 7px}
#keys tbody th,.rule tbody th,.rule td:nth-child(2),.arn{min-width:0;width:auto}.where{white-space:normal}.id.where{white-space:nowrap}#keys thead button{display:none}#keys thead th>.on-paper{display:block;padding:4px 7px}#keys .opener{color:inherit}#keys td:nth-child(7){white-space:nowrap}
details.rule>summary h3::after{display:none}
}
`;
