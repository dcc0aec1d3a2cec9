"""Currencies by the names that sources print, and by their codes (ISO 4217)."""

from analysis.quantities.vocabulary import listed

CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF"
    " CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD"
    " HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD"
    " MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN"
    " PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY"
    " TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
NAMED = listed(
    {
        "EUR": "€|euro|euros",
        "USD": "us$|u.s.$|us dollar|us dollars|u.s. dollar|u.s. dollars|american dollars",
        "GBP": "£|pounds sterling|pound sterling|british pounds",
        "RUB": "₽|russian rouble|russian roubles|russian ruble|russian rubles",
        "BGN": "lev|leva|levs|bulgarian leva|bulgarian levs",
        "CHF": "swiss franc|swiss francs",
        "SEK": "swedish krona|swedish kronor|swedish crowns",
        "NOK": "norwegian krone|norwegian kroner|norwegian crowns",
        "DKK": "danish krone|danish kroner|danish crowns",
        "CZK": "czech koruna|czech korunas|czech crowns",
        "HUF": "forint|forints|hungarian forint|hungarian forints",
        "RON": "romanian leu|romanian lei",
        "CNY": "rmb|yuan|renminbi",
        "JPY": "yen|japanese yen",
        "KRW": "₩|south korean won|korean won",
        "INR": "₹|indian rupee|indian rupees",
        "PKR": "pakistani rupee|pakistani rupees",
        "PLN": "zł|zloty|zlotys|zlotych|polish zloty|polish zlotys",
        "UAH": "₴|hryvnia|hryvnias|hryvnya",
        "TRY": "₺|turkish lira|turkish liras",
        "ILS": "₪|shekel|shekels|israeli shekel|israeli shekels",
        "RSD": "serbian dinar|serbian dinars",
        "SAR": "saudi riyal|saudi riyals",
        "AED": "uae dirham|uae dirhams|emirati dirham|emirati dirhams",
        "ZAR": "rand|south african rand",
        "BRL": "r$|reais|brazilian real|brazilian reais",
        "CAD": "c$|ca$|canadian dollar|canadian dollars",
        "AUD": "a$|au$|australian dollar|australian dollars",
        "NZD": "nz$|new zealand dollar|new zealand dollars",
        "SGD": "s$|singapore dollar|singapore dollars",
        "HKD": "hk$|hong kong dollar|hong kong dollars",
        "TWD": "nt$|taiwan dollar|taiwan dollars",
    }
)
CURRENCIES = {code.lower(): code for code in CODES.split()} | NAMED
AMBIGUOUS = listed(  # names that several states share; the first codes that come to mind
    {
        "USD CAD AUD": "$|dollar|dollars",
        "JPY CNY": "¥",
        "GBP EGP": "pound|pounds",
        "RUB BYN": "rouble|roubles|ruble|rubles",
        "CHF XAF": "franc|francs",
        "SEK NOK DKK": "kr|kr.|krona|krone|kronor|kroner|crowns",
        "RSD KWD IQD": "dinar|dinars",
        "SAR QAR OMR": "riyal|riyals",
        "INR PKR": "rs|rs.|rupee|rupees",
        "TRY LBP": "lira|liras",
        "MXN ARS PHP": "peso|pesos",
        "AED MAD": "dirham|dirhams",
        "KRW KPW": "won",
        "IRR YER": "rial|rials",
    }
)
ENGLISH = {
    "all",
    "bob",
    "cup",
    "gel",
    "mad",
    "mop",
    "pen",
    "sos",
    "top",
    "try",
    "won",
}  # codes and names that are words
WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
# Decimals of the smallest coin; 2 unless listed.
PLACES = dict.fromkeys(WHOLE.split(), 0) | dict.fromkeys(THOUSANDTHS.split(), 3)
