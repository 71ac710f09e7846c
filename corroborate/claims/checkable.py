"""Which sentences state a fact that another source could confirm or deny."""

from __future__ import annotations

import re

from corroborate.claims.clauses import VERB
from corroborate.claims.quotations import QUOTED

#: Words below which a sentence says too little to search for.
LEAST_WORDS = 5
#: The same where it begins with a name and what that did.
LEAST_NAMED = 4
#: Words below which a line without a full stop is a headline or a caption.
LEAST_UNFINISHED = 12
#: Words outside quotation marks that it takes to say who is quoted.
LEAST_FIRST_PERSON = 2

_QUESTION = re.compile(r"\?[\"'”’)\]]*$")
#: "“Is it over?” asked Dr. Lind in Velmar."
_ASKED = re.compile(
    r"[\"“]?[^\"”]*\?[\"”]\s+(?:[^\s,;:\"“]+\s+){0,8}?asked(?:\s+[^\s,;:\"“]+){0,6}[.…]?$"
)
#: "b. Selling the Port.": a heading.
_HEADING = re.compile(r"(?:\w{1,3}[.)]\s+)?[A-Z][a-z]+ing\b")
_PARTICIPLE = re.compile(r"\b\w+ing\b")
#: What is left of a sentence that was cut: "— the port’s owner — left".
_REST = re.compile(r"[–—-]\s*[a-z][^–—]*\s[–—]\s")
_FINISHED = re.compile(r"[.!…][\"'”’)\]]*$|[\"”’]$")
_BOILERPLATE = re.compile(
    r"""\b(?:
      click\ (?:here|below) | read\ (?:more|also|next)
    | follow\ (?:(?-i:us)|him|her|them|@\w+)\ on | all\ rights\ reserved
    | share\ this | related\ (?:articles?|stor(?:y|ies))
    | (?:photo|image|picture|video)\ (?:by|credit|courtesy) | getty\ images
    | (?:reporting|editing|writing|additional\ reporting)\ by
    | this\ report\ (?:was|has\ been)\ updated
    | (?:earlier|previous|original)\ version\ of\ (?:this|the)\ (?:article|story|report|post)
    | (?:opinions|views)\ expressed\ (?:\w+\ ){0,6}(?:are\ (?:their|his|her|my|our|those|solely
      |not)|do\ not\ (?:necessarily\ )?(?:represent|reflect))\b | via\ wikimedia
    | this\ (?:article|story|post)\ (?:\w+\ )?(?:(?:was|has\ been|is)\ (?:\w+\ )?
      (?:published|updated|corrected|amended|edited|adapted|excerpted|produced|republished|written
      |reported\ by|supported|sponsored|part|developing|from)|appeared|appears)
    | contributed\ to\ this\ (?:report|story|article) | e-?mail\ (?:(?-i:us)|me|the\ author)
    | watch\ (?:the\ video|below|above) | scroll\ down | recaptcha
    | transcripts\ are\ created\ on\ a\ rush | may\ not\ be\ in\ its\ final\ form
    | authoritative\ record\ of\ \S+\ programming | available\ without\ charge\ to\ any\ eligible
    | toggle\ caption | hide\ caption | replay\ more\ videos | media\ playback\ is
    | (?-i:JUST\ WATCHED|MUST\ WATCH)
    )\b | ^\s*(?:©|copyright|photos?:|image:|file\ photo|source:|tags?:|http
    | in\ this\ [\w.,\ ]{0,30}\b(?:file\ )?(?:photo|image)\b
    | (?:more|related|see\ also|read\ (?:more|also)):
    | (?:last\ )?updated\ at\ \d | see\ also\b | editor['’]?s['’]?\ note\b)
    | \bcan\ be\ (?:reached|followed)\ (?:via|at|on|by)\ (?:e-?mail|twitter|\S*@
      |\S+\.com\b|[\d(+-]{7,})
    | \((?:reuters|ap|afp|getty)(?:/[\w ]+)?:\ [\w .]+\)$ | ©\ \d{4}""",
    re.IGNORECASE | re.VERBOSE,
)
#: Boilerplate where a sentence begins with it, or speaks to the reader; news elsewhere.
_SERVICE = re.compile(
    r"\b(?:sign\ up|subscribe|newsletters?|terms\ of\ (?:use|service)|privacy\ policy"
    r"|advertisements?|download\ (?:our|the)\ app)\b",
    re.IGNORECASE | re.VERBOSE,
)
#: A call for money, or an offer, to the reader, by its capital and whom it is to help or how much:
#: news of golf has neither.
_CALL = re.compile(
    r"\b(?:(?:Chip\s+in|Pitch\s+in|Donate|Contribute|Make\s+a\s+(?:gift|donation|contribution)"
    r"|Become\s+a\s+(?:member|supporter|subscriber))\s+"
    r"(?:[$£€]\d|(?:today|now|here)\b|to\s+(?:\w+\s+)?(?:us|our)\b)"
    r"|(?:Support|Help|Join)\s+(?:us|our)\b"
    r"|Be\s+(?:the|among\s+the)\s+first\s+to\s+(?:hear|know|get|see|comment|review|read)\b)"
)
_READER = re.compile(r"\b(?:[Yy]ou|[Yy]our|[Oo]ur|[Ww]e|us|[Pp]lease)\b")
_OPINION = re.compile(
    r"""\b(?:
      in\ (?:my|our)\ (?:view|opinion|judge?ment)
    | I\ (?:think|believe|feel|hope|wish|suspect|doubt|guess|love|hate)
    | we\ (?:think|believe|feel|hope|must|should|need\ to|ought) | let(?:'|’)s\b | let\ (?-i:us)
    | needless\ to\ say | of\ course
    | it\ is\ (?:clear|obvious) | it(?:'|’)s\ (?:clear|obvious|time)
    | it\ is\ (?:hard|difficult)\ to\ (?:see|imagine)\ (?:how|why|what)
    | it\ never\ made\ sense | remains\ to\ be\ seen | one\ thing\ is\ (?:for\ sure|certain|clear)
    | make\ no\ mistake | to\ be\ sure | the\ (?:truth|question|point|problem)\ is
    | thank\ (?:god|goodness)
    | (?:hopefully|unfortunately|sadly|frankly|admittedly|arguably|surely|presumably)
    | waiting\ to\ happen | imagine | shameful(?:ly)? | outrageous(?:ly)? | disgraceful(?:ly)?
    | you(?:'|’)(?:re|ll|d|ve) | don(?:'|’)t\ you
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: "It is ironic that …": what the writer makes of what follows.
_MADE_OF_IT = re.compile(
    r"""(?:^\W*(?:(?:But|And|So|Yet)\s+)?It|,\s+(?:and|but)\s+it)
    (?:\ is|\ was|['’]s|\ isn['’]t)\ (?:not\ )?(?:(?:\w+ly|more|only|so|too)\ )*
    (?:ironic|remarkable|imperative|foolish|reasonable|striking|telling|worth|tempting|absurd|strange
      |odd|puzzling|surprising|shocking|sad|sickening|laughable|ridiculous|unthinkable|naive|easy|proof
      |no\ (?:surprise|wonder|secret|coincidence|accident))(?:,\ then,)?
    \ (?:that|to|how|when|of|\w+ing)\b""",
    re.VERBOSE,
)
#: "Perhaps it is", not "perhaps 300 people"; "Do not expect", "So much for", "Here is what".
_ADDRESS = re.compile(
    r"\W*(?:(?:But|And|So|Yet)\s+)?(?i:perhaps|do\s+not|don[’']t|so\s+much\s+for|"
    r"here(?:[’']s|\s+is|\s+are)|compare|forget|suppose|never\s+mind)\s"
)
#: "I also think that …", whatever others have said in what follows; not ", Keld said."
_OWN_VIEW = re.compile(
    r"\W*(?:(?:But|And|So|Yet)\s+)?I\s+(?:\w+ly\s+|also\s+|still\s+)?(?:think|believe|suspect|doubt)\b"
)
_SPEAKER = re.compile(r",\s+[^,]*\b(?:said|says|wrote|told|added|tweeted|argued|asked)\b[^,]*$")
_DUTY = re.compile(
    r"\b(?:should|ought\ to|deserves?\ to|had\ better)\b", re.IGNORECASE | re.VERBOSE
)
#: "split on whether the port should close": no opinion on that.
_WHETHER = re.compile(r"\bwhether\b[^,;:–—]*")
#: What a court or a council decides should be is no opinion of the writer's.
_DECIDED = re.compile(
    r"\b(?:ruled|voted|found|ordered|recommended|agreed|proposed|decided|believes?|want(?:s|ed))\b",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"""\b(?:
      sa(?:id|ys|ying) | told | tells | according\ to | announced? | announces | stated?
    | (?-i:states) | reported
    | reports | claim(?:s|ed|ing)? | argu(?:es|ed) | ask(?:s|ed) | warn(?:s|ed) | den(?:ies|ied)
    | accus(?:es|ed) | wrote | writes | tweeted | confirmed | confirms | added | insisted
    | insists | urged
    | called\ (?:for|on|it) | suggested | acknowledged | admitted | revealed | promised
    | vowed | testified | tweeting | declare[sd]
    | (?:report|study|survey|poll|inquiry|audit|investigation|review)s?\ (?:found|finds|shows|showed
      |concluded|did(?:n['’]t|\ not)\ find)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: "I", "us": not the US, nor World War I.
_FIRST_PERSON = re.compile(
    r"(?:^|[\s(])(?:[Mm]e|[Mm]y|[Ww]e|us|Us|[Oo]ur)(?=[\s,.’'])"
    r"|(?:^|^\W*\w+\s|(?:^|\s)[^A-Z\s]\S*\s|[^\w\s]\s?)I(?=[\s,.’'])"
)
#: Who is spoken to: news tells of others.
_SECOND_PERSON = re.compile(r"\b[Yy]ou(?:r|rs)?\b")
_NUMBER = (
    r"\d|\b(?i:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|"
    r"fifty|sixty|seventy|eighty|ninety|dozens?|hundreds?|thousands?|millions?|billions?|trillions?|"
    r"half|per\s?cent)\b"
)
_FIGURE = re.compile(_NUMBER)
#: Something particular: a number, or a name that is not merely the first word.
_PARTICULAR = re.compile(rf"{_NUMBER}|(?<=[\w,;:’”)–—-]\s)[\"“‘(]*[A-Z]\w+|\b(?i:none|nobody)\b")
#: A name as the first word ("Talvia closed its border"), which any word might be otherwise.
_NAMED = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr)\.?\s+)?"
    r"(?!(?:I|He|She|It|We|You|They|This|That|These|Those|There|Here|Who|What|Which|One|Some|Many|"
    r"Most|All|Both|Each|Few|None|Others?|Another|People|Police|Men|Women|Children|Never|Then|Enough|"
    r"(?:Any|Every|No|Some)(?:one|body|thing)|\w+(?:[^su’']s|ly|ing))(?:[’']s)?\s)"
    rf"[A-Z]\w{{2,}}(?:[’']s\s+[a-z]+)?\s+(?:has\s+|have\s+)?(?!(?:is|are|was|were|has|have|had|will|would|can|could|"
    rf"does|did)\b){VERB}\b"
)
_VERB = re.compile(
    r"""\b(?:
      is | are | was | were | be | been | has | have | had | will | would | can | could | may
    | might | should | must | do | does
    | did | \w+n[’']t | (?:he|she|it|that|there|they|we|who)[’'](?:s|re|ve|ll|d)
    | \w{2,}(?:ed|ing) | \w{2,}[^su\W]s | went | came | took | gave | got | made | said
    | told | saw | found | left | lost | won | met | held | led | fell | rose | grew | became
    | began | broke | brought | built | bought | caught | chose | cut | drew | drove | fought
    | flew | hit | kept | knew | laid | paid | put | ran | sent | set | shot | shut | sold
    | spent | spoke | stood | struck | swore | taught | thought | threw | wrote | beat | bore
    | ate | bent | bid | blew | burst | cast | clung | cost | crept | dealt | drank | dug | fed
    | fled | forbade | forgave | forgot | froze | heard | hid | hung | hurt | lay | lent | let
    | lit | meant | oversaw | overtook | overthrew | quit | rang | read | rode | sang | sank
    | sat | shed | shone | shook | shrank | slew | slid | slept | sought | spread | split
    | sprang | stole | stuck | swam | swept | swung | tore | underwent | undertook | upheld
    | say | live | remain | include | make | take | pay | want | oppose | subscribe | earn
    | die | agree | believe | think | expect | come | get | give | know | contain | receive
    | wept | withdrew | withheld | withstood | woke | wore
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def why_not(sentence: str) -> str | None:
    """Return why a sentence is no claim ("question", "opinion" …), or None if it is one.

    What somebody is reported to have said is a claim even where the saying is an opinion.
    """
    bare = QUOTED.sub(" ", sentence)
    reported = _ATTRIBUTED.search(bare) is not None
    reasons = {
        "boilerplate": _is_boilerplate(sentence),
        "question": (_QUESTION.search(sentence) or _ASKED.match(sentence)) is not None,
        "fragment": _is_fragment(sentence, reported=reported),
        "quotation without a speaker": len(_WORD.findall(bare)) < LEAST_FIRST_PERSON,
        "opinion": _is_own_view(bare) or (not reported and _is_opinion(bare)),
        "nothing particular": not reported and _is_vague(sentence),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _is_boilerplate(sentence: str) -> bool:
    if _BOILERPLATE.search(sentence) or _CALL.search(QUOTED.sub(" ", sentence)):
        return True
    service = _SERVICE.search(sentence)
    return service is not None and (
        not sentence[: service.start()].strip() or _READER.search(sentence) is not None
    )


def _is_fragment(sentence: str, *, reported: bool) -> bool:
    # What is announced follows; what went before is lost.
    if (not reported and sentence.endswith(":")) or _REST.match(sentence):
        return True
    if _HEADING.match(sentence) and not _VERB.search(_PARTICIPLE.sub(" ", sentence)):
        return True
    if sentence.isupper() and not _FINISHED.search(sentence):
        return True
    least = LEAST_WORDS if _FINISHED.search(sentence) else LEAST_UNFINISHED
    if least == LEAST_WORDS and not reported and _NAMED.match(sentence):
        least = LEAST_NAMED
    return len(_WORD.findall(sentence)) < least or not _VERB.search(sentence)


def _is_vague(sentence: str) -> bool:
    particular = _PARTICULAR.search(sentence) or _NAMED.match(sentence)
    return not particular and len(_WORD.findall(sentence)) < LEAST_UNFINISHED


def _is_opinion(bare: str) -> bool:
    return (
        bare.rstrip(' "”’)').endswith("!")
        or _ADDRESS.match(bare) is not None
        or _MADE_OF_IT.search(bare) is not None
        or _OPINION.search(bare) is not None
        or (_speaks_for_itself(bare) and not _FIGURE.search(bare))
        or (_DUTY.search(_WHETHER.sub(" ", bare)) is not None and not _DECIDED.search(bare))
    )


def _is_own_view(bare: str) -> bool:
    return _OWN_VIEW.match(bare) is not None and not _SPEAKER.search(bare)


def _speaks_for_itself(bare: str) -> bool:
    """Return whether the text speaks of its writer, or to its reader, outside quotations."""
    return _FIRST_PERSON.search(bare) is not None or _SECOND_PERSON.search(bare) is not None
