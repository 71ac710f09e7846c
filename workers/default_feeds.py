"""Public news feeds to start with: many countries and leanings, mostly in English."""

from __future__ import annotations

from corroborate.types import Feed

_FEEDS = """
Agence France-Presse (France 24, English)|https://www.france24.com/en/rss
Al Jazeera|https://www.aljazeera.com/xml/rss/all.xml
Al-Monitor|https://www.al-monitor.com/rss
Anadolu Agency|https://www.aa.com.tr/en/rss/default?cat=live
Arab News|https://www.arabnews.com/rss.xml
Asharq Al-Awsat (English)|https://english.aawsat.com/feed
ABC News (Australia)|https://www.abc.net.au/news/feed/51120/rss.xml
ABC News (US)|https://abcnews.go.com/abcnews/topstories
BBC News|https://feeds.bbci.co.uk/news/rss.xml
BBC World|https://feeds.bbci.co.uk/news/world/rss.xml
Bangkok Post|https://www.bangkokpost.com/rss/data/topstories.xml
Breitbart|https://feeds.feedburner.com/breitbart
CBC|https://www.cbc.ca/webfeed/rss/rss-topstories
CBS News|https://www.cbsnews.com/latest/rss/main
Channel NewsAsia|https://www.channelnewsasia.com/api/v1/rss-outbound-feed?_format=xml
China Daily|https://www.chinadaily.com.cn/rss/world_rss.xml
Daily Maverick|https://www.dailymaverick.co.za/dmrss/
Daily Sabah|https://www.dailysabah.com/rssFeed/home_page
Dawn|https://www.dawn.com/feeds/home
Der Spiegel (International)|https://www.spiegel.de/international/index.rss
Deutsche Welle|https://rss.dw.com/rdf/rss-en-all
Euronews|https://www.euronews.com/rss
Fox News|https://moxie.foxnews.com/google-publisher/latest.xml
Global News|https://globalnews.ca/feed/
Haaretz|https://www.haaretz.com/srv/haaretz-latest-headlines
Independent|https://www.independent.co.uk/rss
Irish Times|https://www.irishtimes.com/arc/outboundfeeds/feed-irish-news/?outputType=xml
Japan Times|https://www.japantimes.co.jp/feed/
Jerusalem Post|https://www.jpost.com/rss/rssfeedsfrontpage.aspx
Kyiv Independent|https://kyivindependent.com/news-archive/rss/
Le Monde (English)|https://www.lemonde.fr/en/rss/une.xml
Los Angeles Times|https://www.latimes.com/world-nation/rss2.0.xml
Mail & Guardian|https://mg.co.za/feed/
MercoPress|https://en.mercopress.com/rss/
Meduza|https://meduza.io/rss/en/all
National Review|https://www.nationalreview.com/feed/
NBC News|https://feeds.nbcnews.com/nbcnews/public/news
NDTV|https://feeds.feedburner.com/ndtvnews-top-stories
New York Post|https://nypost.com/feed/
NHK World|https://www3.nhk.or.jp/rss/news/cat0.xml
NPR|https://feeds.npr.org/1001/rss.xml
Politico|https://rss.politico.com/politics-news.xml
Premium Times|https://www.premiumtimesng.com/feed
ProPublica|https://www.propublica.org/feeds/propublica/main
Radio Free Europe|https://www.rferl.org/api/
RTÉ|https://www.rte.ie/feeds/rss/?index=/news/
SANA|https://sana.sy/en/?feed=rss2
Sky News|https://feeds.skynews.com/feeds/rss/world.xml
South China Morning Post|https://www.scmp.com/rss/91/feed
Straits Times|https://www.straitstimes.com/news/world/rss.xml
Sydney Morning Herald|https://www.smh.com.au/rss/feed.xml
TASS|https://tass.com/rss/v2.xml
The Daily Star (Bangladesh)|https://www.thedailystar.net/rss.xml
The East African|https://www.theeastafrican.co.ke/service/rss/tea/1289142/feed.rss
The Guardian|https://www.theguardian.com/world/rss
The Hill|https://thehill.com/feed/
The Hindu|https://www.thehindu.com/news/feeder/default.rss
The Moscow Times|https://www.themoscowtimes.com/rss/news
The New York Times|https://rss.nytimes.com/services/xml/rss/nyt/World.xml
The Times of India|https://timesofindia.indiatimes.com/rssfeedstopstories.cms
TRT World|https://www.trtworld.com/feed
UN News|https://news.un.org/feed/subscribe/en/news/all/rss.xml
Voice of America|https://www.voanews.com/api/zq$omekvi_
Vox|https://www.vox.com/rss/index.xml
Wall Street Journal|https://feeds.content.dowjones.io/public/rss/RSSWorldNews
Washington Post|https://feeds.washingtonpost.com/rss/world
Washington Times|https://www.washingtontimes.com/rss/headlines/news/world/
Xinhua|http://www.xinhuanet.com/english/rss/worldrss.xml
"""


def default_feeds() -> list[Feed]:
    """Return the feeds to start with."""
    rows = (line.rpartition("|") for line in _FEEDS.strip().splitlines())
    return [Feed(url=url, title=title) for title, _, url in rows]
