/** Colors and type. Text on its ground has a contrast of 4.5 or more in both themes. */
export const tokens = `
:root{color-scheme:light dark;
--ground:light-dark(#f5f6f8,#0f141a);--paper:light-dark(#fff,#171d25);--sunk:light-dark(#f0f2f5,#1e2630);
--ink:light-dark(#17212c,#e9eef4);--soft:light-dark(#52606f,#a3b1c0);--rule:light-dark(#e0e5ea,#2b3541);--edge:light-dark(#c3ccd6,#44515f);
--accent:light-dark(#1d5bbf,#84b3ff);--accent-ground:light-dark(#e8f0fc,#1b2c47);--good:light-dark(#2c8a5d,#4fb586);
--critical:light-dark(#b42318,#f47c72);--high:light-dark(#dd6b20,#f2a15f);--medium:light-dark(#e3b341,#e6c566);--low:light-dark(#5a97cf,#75afe2);--info:light-dark(#a5b1bf,#6d7a89);
--critical-ground:light-dark(#fdeceb,#3c1d1f);--high-ground:light-dark(#fdefe4,#3a2717);--medium-ground:light-dark(#fcf4da,#352d14);--low-ground:light-dark(#e8f1fa,#18293a);--info-ground:light-dark(#edf0f3,#262f39);--good-ground:light-dark(#e5f4ec,#15302a);
--critical-ink:light-dark(#8f1c13,#ffb4ad);--high-ink:light-dark(#8a3d0a,#ffc894);--medium-ink:light-dark(#6a4d00,#f2d98b);--low-ink:light-dark(#1c4f80,#a9d0f5);--info-ink:light-dark(#45515e,#c3cdd8);--good-ink:light-dark(#1a5c3d,#98dcbb);
--sans:-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;--mono:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
`;
