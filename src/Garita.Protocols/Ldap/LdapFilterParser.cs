using System.Globalization;
using System.Text;

namespace Garita.Protocols.Ldap;

/// <summary>Reads the text of a filter (RFC 4515 §3): bounded in length and depth, and with the place of what is wrong.</summary>
internal ref struct LdapFilterParser(string text)
{
    internal const int MaxText = 4096;
    internal const int MaxDepth = 16;

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;
    private string? _expected;

    /// <summary>What was expected, and where.</summary>
    internal readonly string Expected => string.Create(CultureInfo.InvariantCulture, $"{_expected ?? "a filter"} at character {_at + 1}");

    internal bool TryParse(out LdapFilterNode? root)
    {
        root = null;
        if (_text.Length > MaxText)
            return Fail("at most 4096 characters");
        SkipSpace();
        if (!TryFilter(1, out root))
            return false;
        SkipSpace();
        return _at == _text.Length || Fail("the end");
    }

    private bool TryFilter(int depth, out LdapFilterNode? node)
    {
        node = null;
        if (depth > MaxDepth)
            return Fail("at most 16 filters within each other");
        if (!Take('('))
            return Fail("\"(\"");
        switch (Next)
        {
            case '&' or '|':
                var isAnd = _text[_at++] == '&';
                if (!TryList(depth, out var nodes))
                    return false;
                node = isAnd ? LdapFilterNode.And([.. nodes]) : LdapFilterNode.Or([.. nodes]);
                break;
            case '!':
                _at++;
                SkipSpace();
                if (!TryFilter(depth + 1, out var inner))
                    return false;
                node = LdapFilterNode.Not(inner!);
                SkipSpace();
                break;
            default:
                if (!TryItem(out node))
                    return false;
                break;
        }

        return Take(')') || Fail("\")\"");
    }

    private bool TryList(int depth, out List<LdapFilterNode> nodes)
    {
        nodes = [];
        SkipSpace();
        do
        {
            if (!TryFilter(depth + 1, out var node))
                return false;
            nodes.Add(node!);
            SkipSpace();
        }
        while (Next == '(');
        return true;
    }

    private bool TryItem(out LdapFilterNode? node)
    {
        node = null;
        var attribute = Description();
        switch (Next)
        {
            case '=' when attribute.Length > 0:
                _at++;
                return TryEquality(attribute, out node);
            case '~' or '>' or '<' when attribute.Length > 0:
                var tag = _text[_at++] switch { '>' => 5, '<' => 6, _ => 8 };
                if (!Take('='))
                    return Fail("\"=\"");
                if (!TryValue(out var value))
                    return false;
                node = LdapFilterNode.Compare(tag, attribute, value!);
                return true;
            case ':':
                return TryExtensible(attribute, out node);
            default:
                return Fail(attribute.Length == 0 ? "an attribute" : "\"=\", \"~=\", \">=\", \"<=\" or \":=\"");
        }
    }

    // RFC 4515 §3: simple, present and substring begin alike.
    private bool TryEquality(string attribute, out LdapFilterNode? node)
    {
        node = null;
        var parts = new List<LdapFilterValue>();
        do
        {
            if (!TryValue(out var part))
                return false;
            parts.Add(part!);
        }
        while (Take('*'));
        if (parts.Count == 2 && parts[0].IsEmpty && parts[1].IsEmpty)
            node = LdapFilterNode.Present(attribute);
        else if (parts.Count == 1)
            node = LdapFilterNode.Compare(3, attribute, parts[0]);
        else if (parts.Skip(1).SkipLast(1).Any(static part => part.IsEmpty))
            return Fail("something between two \"*\"");
        else
            node = LdapFilterNode.Substrings(attribute, parts);
        return true;
    }

    // attr [":dn"] [":" rule] ":=" value, or [":dn"] ":" rule ":=" value
    private bool TryExtensible(string attribute, out LdapFilterNode? node)
    {
        node = null;
        var withDn = false;
        var rule = "";
        while (Take(':'))
        {
            if (Take('='))
            {
                if (attribute.Length == 0 && rule.Length == 0)
                    return Fail("an attribute or a matching rule");
                if (!TryValue(out var value))
                    return false;
                node = LdapFilterNode.Extensible(attribute, rule, withDn, value!);
                return true;
            }

            var name = Description();
            if (name.Equals("dn", StringComparison.OrdinalIgnoreCase) && !withDn && rule.Length == 0)
                withDn = true;
            else if (name.Length > 0 && rule.Length == 0)
                rule = name;
            else
                return Fail("a matching rule");
        }

        return Fail("\":=\"");
    }

    // RFC 4512 §1.4, §2.5: letters, digits, hyphens, dots of an OID, and options.
    private string Description()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '.' or ';' or '_'))
            _at++;
        return _text[start.._at].ToString();
    }

    // RFC 4515 §3: NUL, "(", ")", "*" and "\" are escaped as two hexadecimal digits.
    private bool TryValue(out LdapFilterValue? value)
    {
        value = null;
        var parts = new List<(byte[], char)>();
        var octets = new List<byte>();
        Span<byte> utf8 = stackalloc byte[4];
        while (_at < _text.Length && _text[_at] is not ('(' or ')' or '*'))
        {
            var character = _text[_at];
            if (character == '\0')
                return Fail("\"\\00\" for NUL");
            if (character == '\\')
            {
                if (_at + 2 >= _text.Length || !byte.TryParse(_text.Slice(_at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
                    return Fail("two hexadecimal digits behind \"\\\"");
                octets.Add(octet);
                _at += 3;
            }
            else if (character == '%')
            {
                var kind = _at + 1 < _text.Length ? _text[_at + 1] : '\0';
                if (kind is not ('s' or 'u' or 'd' or '%'))
                    return Fail("%s (address), %u (local part), %d (domain) or %% (a percent sign)");
                if (kind == '%')
                {
                    octets.Add((byte)'%');
                }
                else
                {
                    Flush(parts, octets);
                    parts.Add(([], kind));
                }

                _at += 2;
            }
            else
            {
                if (Rune.DecodeFromUtf16(_text[_at..], out var rune, out var length) != System.Buffers.OperationStatus.Done)
                    return Fail("whole characters");
                octets.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
                _at += length;
            }
        }

        Flush(parts, octets);
        value = new LdapFilterValue(parts);
        return true;
    }

    private static void Flush(List<(byte[], char)> parts, List<byte> octets)
    {
        if (octets.Count > 0)
            parts.Add(([.. octets], '\0'));
        octets.Clear();
    }

    private readonly char Next => _at < _text.Length ? _text[_at] : '\0';

    private bool Take(char character)
    {
        if (Next != character)
            return false;
        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (Next is ' ' or '\n' or '\r' or '\t')
            _at++;
    }

    private bool Fail(string expected)
    {
        _expected ??= expected;
        return false;
    }
}
