/** Chips, charts, findings and what the guard did. */
export const content = `
.chip,.mark{display:inline-block;border-radius:999px;padding:1px 10px;font-size:13px;font-weight:600;line-height:1.6;white-space:nowrap}
.mark{font-weight:550;background:var(--info-ground);color:var(--info-ink)}
.mark.good{background:var(--good-ground);color:var(--good-ink)}.mark.warn{background:var(--high-ground);color:var(--high-ink)}.mark.bad{background:var(--critical-ground);color:var(--critical-ink)}
.chip.critical{background:var(--critical-ground);color:var(--critical-ink)}.chip.high{background:var(--high-ground);color:var(--high-ink)}
.chip.medium{background:var(--medium-ground);color:var(--medium-ink)}.chip.low{background:var(--low-ground);color:var(--low-ink)}.chip.info{background:var(--info-ground);color:var(--info-ink)}
.charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px;margin-top:16px}
.chart{margin:0;background:var(--paper);border:1px solid var(--rule);border-radius:14px;padding:20px;display:flex;flex-direction:column;min-width:0}
.chart figcaption p{color:var(--soft);font-size:14px;margin:4px 0 14px}
.chart svg{width:100%;height:auto;display:block;margin-bottom:auto;overflow:hidden}
.chart .empty{margin-top:12px}
svg text{font:13px var(--sans);fill:var(--soft)}svg text.value{fill:var(--ink);font-weight:600}
svg .grid{stroke:var(--rule)}svg .hatch{stroke:var(--edge);stroke-width:2}
svg .missing{fill:url(#hatch);stroke:var(--edge);stroke-dasharray:3 3}svg .missing-rotation{fill:url(#hatch-rotation)}
svg .curve{fill:none;stroke:var(--accent);stroke-width:2.5;stroke-linejoin:round}svg .shade{fill:var(--accent-ground)}svg .dot{fill:var(--paper);stroke:var(--accent);stroke-width:2}
svg .stem{stroke-width:3;stroke-linecap:round;opacity:.45}svg .stem.critical{stroke:var(--critical)}svg .stem.info{stroke:var(--info)}
svg .accent{fill:var(--accent)}svg .spread{fill:var(--accent);opacity:.35}
svg .critical{fill:var(--critical)}svg .high{fill:var(--high)}svg .medium{fill:var(--medium)}svg .low{fill:var(--low)}svg .info{fill:var(--info)}svg .good{fill:var(--good)}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:10px 0 0;padding:0;list-style:none;font-size:13px;color:var(--soft)}
.swatch{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.swatch.critical{background:var(--critical)}.swatch.high{background:var(--high)}.swatch.medium{background:var(--medium)}.swatch.low{background:var(--low)}.swatch.info{background:var(--info)}.swatch.good{background:var(--good)}
.swatch.hatched{background:repeating-linear-gradient(45deg,var(--edge) 0 2px,transparent 2px 5px)}.swatch.none{display:none}
summary{cursor:pointer}
.numbers{margin-top:10px;font-size:14px}.numbers summary,.full summary,.evidence summary{color:var(--accent);font-size:14px;width:fit-content}
.numbers .scroll{margin-top:8px;max-height:320px}
.full{display:inline}.full[open]{display:block}
.deeds{list-style:none;margin:16px 0 0;padding:0;background:var(--paper);border:1px solid var(--rule);border-radius:14px}
.deeds>li{display:grid;grid-template-columns:150px 1fr;gap:0 20px;padding:18px 20px;border-top:1px solid var(--rule)}
.deeds>li:first-child{border-top:0}
.deeds time{color:var(--soft);font-size:14px}
.deeds .what{font-weight:600;margin:0 0 4px}
.deeds .sides{display:grid;grid-template-columns:1fr 1fr;gap:12px;margin:10px 0 4px}
.sides div{background:var(--sunk);border-radius:8px;padding:8px 12px;font-size:14px}
.sides dt{color:var(--soft);font-size:13px}.sides dd{margin:0}
.deeds p,.deeds .line{font-size:14px;margin:2px 0;color:var(--soft)}
details.rule{background:var(--paper);border:1px solid var(--rule);border-radius:14px;margin-top:12px;scroll-margin-top:60px}
details.rule>summary{display:grid;grid-template-columns:106px 1fr auto;gap:4px 18px;padding:16px 20px;align-items:baseline;list-style:none}
details.rule>summary::-webkit-details-marker{display:none}
details.rule>summary h3::after{content:"";display:inline-block;width:7px;height:7px;border-right:2px solid var(--soft);border-bottom:2px solid var(--soft);transform:rotate(45deg) translateY(-3px);margin-left:10px}
details.rule[open]>summary h3::after{transform:rotate(-135deg) translate(-3px,0)}
details.rule>summary:hover h3{color:var(--accent)}
.rule .counts{color:var(--soft);font-size:14px;text-align:right}
.rule .about{padding:0 20px 14px;display:grid;grid-template-columns:130px 1fr;gap:6px 20px;margin:0;font-size:15px}
.silent{margin:0;padding:0 20px 16px 40px;font-size:15px}.silent code{color:var(--soft);margin-left:6px}
.about dt{color:var(--soft)}.about dd{margin:0;max-width:84ch}
.controls{display:flex;flex-wrap:wrap;gap:6px;margin:0;padding:0;list-style:none}
.controls li{border:1px solid var(--rule);border-radius:6px;padding:0 8px;font-size:13px;font-family:var(--mono);background:var(--sunk)}
.rule .scroll{border-width:1px 0 0;border-radius:0 0 14px 14px}
.evidence{margin-top:4px}.evidence ul{margin:6px 0;padding-left:18px}
.evidence bdi,.full bdi{overflow-wrap:anywhere}
.evidence dl{display:grid;grid-template-columns:fit-content(35%) minmax(0,1fr);gap:2px 14px;margin:8px 0 4px;font-size:13px}
.evidence dt{color:var(--soft);overflow-wrap:anywhere;min-width:0}.evidence dd{margin:0;min-width:0;overflow-wrap:anywhere}
`;
