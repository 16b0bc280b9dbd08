using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Garita.Gateway.Evidence.Impersonation;

/// <summary>
/// What a text looks like, whatever letters it is made of (UTS #39 §4, "skeleton"): two texts of the same skeleton can be taken for each other.
/// Compatibility forms are resolved, accents and invisible characters dropped, and letters of Latin, Greek, Cyrillic, Armenian, Coptic and
/// Cherokee that look like ASCII ones become these, case aside. The table is made of Unicode's confusables (version 15, as ICU 72 has them;
/// Unicode licence), cut down to lower-case letters whose likeness is plain ASCII, with a few of the same shape added (к, т, н, м, в …). The
/// whole of Unicode's table would bring likenesses that no domain may hold, and a library to read it.
/// </summary>
internal static class ConfusableText
{
    private const int MostCharacters = 4096;

    /// <summary>Letter and likeness, by blanks.</summary>
    private const string Table =
        "æae øo đd ħh ıi łl œoe ŧt ƀb ƃb ƌd ƍg ƒf ƙk ƚl ƞn ƥp ƭt ƴy ƶz ƻ2 ƽs ǀl ǁll ǥg ȣ8 ȥz ȼc ɇe ɉj ɍr ɏy ɑa ɓb ɖd ɗd "
        + "ɠg ɡg ɣy ɦh ɨi ɩi ɪi ɫl ɭl ɯw ɱrn ɳn ɵo ɼr ɽr ʂs ʋu ʏy ʐz ʠq ʣdz ʦts ʪls ʫlz αa γy ηn θo ιi νv οo ρp σo υu ϳj "
        + "аa б6 гr еe оo рp сc уy хx ѕs іi јj ћh ѡw ѣb ѳo ѵv ѽw ҍb ғr ҫc үy ұy һh ҽe ҿe ӏi ӕae өo ԁd ԛq ԝw աw գq զq հh "
        + "ոn ռn սu ցg քf օo ᴄc ᴏo ᴑo ᴜu ᴠv ᴡw ᴢz ᴦr ᵫue ᵮf ᵯrn ᵰn ᵲr ᵴs ᵵt ᵶz ᵻi ᵼi ᵽp ᵾu ᶃg ᶌy ẝf ỿy ⲅr ⲟo ⲣp ⲥc ꙇi ꚕh "
        + "ꚙoo ꜱs ꜳaa ꜵao ꜷau ꜹav ꜻav ꜽay ꝋo ꝏoo ꝡw ꝷtf ꞙf ꞟu ꬲe ꬵf ꬽo ꬾo ꭇr ꭈr ꭎu ꭒu ꭚy ꭣuo ꭴo ꭵi ꮁr ꮃw ꮎo ꮓz ꮜu ꮩv ꮪs "
        + "ꮯc ꮻo кk κk тt τt нh мm вb βb ωw χx εe ßb з3 иu пn ђh";

    private static readonly FrozenDictionary<char, string> Likeness = Table.Split(' ').ToFrozenDictionary(static pair => pair[0], static pair => pair[1..]);

    /// <summary>The skeleton: for comparing only, never to be shown. Never throws.</summary>
    /// <param name="text">A text; what is longer than 4,096 characters is cut.</param>
    internal static string Skeleton(string text)
    {
        if (text.Length > MostCharacters)
            text = text[..MostCharacters];
        var made = new StringBuilder(text.Length + 8);
        foreach (var c in Ascii.IsValid(text) ? text.ToLowerInvariant() : Decompose(text))
        {
            if (char.IsAscii(c))
                Add(made, c);
            else if (Likeness.TryGetValue(c, out var likeness))
                Add(made, likeness);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format))
                made.Append(c);
        }

        return made.ToString();
    }

    private static void Add(StringBuilder made, string likeness)
    {
        foreach (var c in likeness)
            Add(made, c);
    }

    // UTS #39: m is rn, zero is O, one is l; and w is vv to most eyes.
    private static void Add(StringBuilder made, char c)
    {
        switch (c)
        {
            case 'm':
                made.Append("rn");
                break;
            case 'w':
                made.Append("vv");
                break;
            default:
                made.Append(c switch { '0' => 'o', '1' => 'l', _ => c });
                break;
        }
    }

    private static string Decompose(string text)
    {
        // Lone surrogates have no normal form.
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            plain.Append(rune.ToString());
        return plain.ToString().Normalize(NormalizationForm.FormKC).ToLowerInvariant().Normalize(NormalizationForm.FormKD);
    }
}
