namespace Garita.Protocols.Message;

/// <summary>How a From field could be read.</summary>
internal enum AuthorReading : byte
{
    /// <summary>One address by the grammar of RFC 5322 §3.4.</summary>
    Strict,
    /// <summary>By the obsolete grammar or with a display name that should have been quoted; or several addresses.</summary>
    Loose,
    /// <summary>No address, or none that all readers would agree on.</summary>
    Unreadable,
}

/// <summary>
/// Reads the author's address out of a From field (RFC 5322 §3.6.2, §3.4, §4.4; RFC 6854 allows groups). It decides whose domain is
/// verified, so it never guesses between two: a field with two angle addresses and no comma between them is unreadable
/// (CVE-2024-49040). It does not decode encoded words: no address is in one.
/// </summary>
internal static class AuthorField
{
    /// <summary>Reads a field's value.</summary>
    /// <param name="value">Everything behind the colon, folded or not, at most 64 KiB.</param>
    /// <param name="address">The address, the first one of several; null when unreadable.</param>
    internal static AuthorReading Read(ReadOnlySpan<byte> value, out string? address)
    {
        Span<byte> buffer = stackalloc byte[AddrSpec.Capacity];
        var spec = new AddrSpec(buffer);
        var reading = ReadList(value, ref spec, out address);
        return reading == AuthorReading.Unreadable ? ReadOneAngle(value, ref spec, out address) : reading;
    }

    /// <summary>The address list, by the grammar with its obsolete forms.</summary>
    private static AuthorReading ReadList(ReadOnlySpan<byte> value, ref AddrSpec spec, out string? first)
    {
        first = null;
        var lexer = new AddressLexer(value);
        bool isLoose = false, inGroup = false;
        var needsComma = false;
        while (lexer.Kind != AddressTokenKind.End)
        {
            if (lexer.Is(',') || (inGroup && lexer.Is(';')))
            {
                // RFC 5322 §4.4: empty elements are obsolete.
                isLoose |= lexer.Is(',') && !needsComma;
                needsComma = lexer.Is(';');
                inGroup &= !lexer.Is(';');
                lexer.Next();
                continue;
            }
            if (needsComma)
                return AuthorReading.Unreadable;
            spec.Clear();
            var isLocal = ReadWords(ref lexer, ref spec, out var hasWords);
            if (lexer.Is(':') && hasWords && !inGroup)
            {
                inGroup = true;
                lexer.Next();
                continue;
            }
            var isAngle = lexer.Is('<');
            if (isAngle ? !ReadAngle(ref lexer, ref spec) : !isLocal || !ReadDomain(ref lexer, ref spec))
                return AuthorReading.Unreadable;
            if (spec.Write() is not { } address)
                return AuthorReading.Unreadable;
            isLoose |= spec.IsLoose || first is not null;
            first ??= address;
            needsComma = true;
        }
        if (first is null)
            return AuthorReading.Unreadable;
        return isLoose || inGroup || !needsComma ? AuthorReading.Loose : AuthorReading.Strict;
    }

    /// <summary>
    /// What must do for a display name that should have been quoted: exactly one pair of angle brackets, with nothing behind it, and
    /// no list before it.
    /// </summary>
    private static AuthorReading ReadOneAngle(ReadOnlySpan<byte> value, ref AddrSpec spec, out string? address)
    {
        address = null;
        var lexer = new AddressLexer(value);
        bool hasComma = false, hasAt = false;
        while (!lexer.Is('<'))
        {
            if (lexer.Kind == AddressTokenKind.End || lexer.Is('>'))
                return AuthorReading.Unreadable;
            hasComma |= lexer.Is(',');
            hasAt |= lexer.Is('@');
            lexer.Next();
        }
        if (hasComma && hasAt)
            return AuthorReading.Unreadable;
        spec.Clear();
        if (!ReadAngle(ref lexer, ref spec) || lexer.Kind != AddressTokenKind.End)
            return AuthorReading.Unreadable;
        address = spec.Write();
        return address is null ? AuthorReading.Unreadable : AuthorReading.Loose;
    }

    /// <summary>
    /// Words and dots: a display name, a group's name or a local part, which of them shows behind. Returns whether a local part can
    /// be made of them.
    /// </summary>
    private static bool ReadWords(ref AddressLexer lexer, ref AddrSpec spec, out bool hasWords)
    {
        hasWords = false;
        bool isLocal = true, afterWord = false, hasQuoted = false, hasDot = false;
        var isPhraseLoose = false;
        while (lexer.Kind is AddressTokenKind.Atom or AddressTokenKind.Quoted || lexer.Is('.'))
        {
            // RFC 5322 §3.2.3: a dot-atom has no white space around its dots; §4.4 had it.
            if (lexer.IsSpaced && (hasWords || hasDot))
                spec.IsLoose = true;
            if (lexer.Is('.'))
            {
                // Dots in a row, first or last: no grammar has them in a local part, some providers have such addresses.
                spec.IsLoose |= !afterWord;
                spec.Add((byte)'.');
                hasDot = true;
                isPhraseLoose = true;
                afterWord = false;
            }
            else
            {
                isLocal &= !afterWord;
                if (lexer.Kind == AddressTokenKind.Quoted)
                    spec.AddQuoted(lexer.Text);
                else
                    spec.Add(lexer.Text);
                hasQuoted |= lexer.Kind == AddressTokenKind.Quoted;
                hasWords = true;
                afterWord = true;
            }
            lexer.Next();
        }
        if (lexer.Is('<'))
        {
            // RFC 5322 §4.1: a dot in a phrase is obsolete, so common ("John Q. Public") that it says nothing about the address.
            spec.Clear();
            spec.IsLoose = isPhraseLoose && !hasWords;
            return false;
        }
        spec.IsLoose |= hasDot && (hasQuoted || !afterWord);
        return isLocal && hasWords;
    }

    private static bool ReadAngle(ref AddressLexer lexer, ref AddrSpec spec)
    {
        var isLoose = spec.IsLoose;
        lexer.Next();
        if (!SkipRoute(ref lexer, out var hasRoute))
            return false;
        if (!ReadWords(ref lexer, ref spec, out _) || !ReadDomain(ref lexer, ref spec) || !lexer.Is('>'))
            return false;
        spec.IsLoose |= isLoose || hasRoute;
        lexer.Next();
        return true;
    }

    // RFC 5322 §4.4: obs-route, read and dropped.
    private static bool SkipRoute(ref AddressLexer lexer, out bool hasRoute)
    {
        hasRoute = lexer.Is('@') || lexer.Is(',');
        if (!hasRoute)
            return true;
        while (lexer.Is('@') || lexer.Is(',') || lexer.Is('.') || lexer.Kind is AddressTokenKind.Atom or AddressTokenKind.Literal)
            lexer.Next();
        if (!lexer.Is(':'))
            return false;
        lexer.Next();
        return true;
    }

    private static bool ReadDomain(ref AddressLexer lexer, ref AddrSpec spec)
    {
        if (!lexer.Is('@'))
            return false;
        spec.BeginDomain();
        lexer.Next();
        if (lexer.Kind == AddressTokenKind.Literal)
        {
            // RFC 5322 §3.4.1.
            spec.Add((byte)'[');
            spec.Add(lexer.Text);
            spec.Add((byte)']');
            lexer.Next();
            return true;
        }
        if (lexer.Kind != AddressTokenKind.Atom)
            return false;
        spec.Add(lexer.Text);
        lexer.Next();
        while (lexer.Is('.'))
        {
            spec.IsLoose |= lexer.IsSpaced;
            lexer.Next();
            // A dot at the end names the same domain, and no grammar has it.
            if (lexer.Kind != AddressTokenKind.Atom)
            {
                spec.IsLoose = true;
                return !lexer.Is('.');
            }
            spec.IsLoose |= lexer.IsSpaced;
            spec.Add((byte)'.');
            spec.Add(lexer.Text);
            lexer.Next();
        }
        return true;
    }
}
