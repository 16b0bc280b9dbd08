namespace Garita.Gateway.Evidence.Content;

/// <summary>Base64 as lenient readers decode it: what is not of the alphabet is skipped, data goes on behind padding (RFC 2045 §6.8).</summary>
internal static class Base64Text
{
    private static readonly sbyte[] Values = MakeValues();

    /// <summary>The value of a character of the alphabet, or -1; the URL alphabet's two are among it.</summary>
    internal static int ValueOf(byte octet) => Values[octet];

    internal static byte[] Decode(string text)
    {
        var octets = new List<byte>(text.Length * 3 / 4);
        var bits = 0;
        var held = 0;
        foreach (var c in text)
        {
            if (c == '=')
            {
                bits = held = 0;
                continue;
            }

            if (c > 127 || Values[c] < 0)
                continue;
            bits = ((bits << 6) | (byte)Values[c]) & 0xFFFF;
            held += 6;
            if (held < 8)
                continue;
            held -= 8;
            octets.Add((byte)(bits >> held));
        }

        return [.. octets];
    }

    private static sbyte[] MakeValues()
    {
        var values = new sbyte[256];
        Array.Fill(values, (sbyte)-1);
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (var i = 0; i < Alphabet.Length; i++)
            values[Alphabet[i]] = (sbyte)i;
        // RFC 4648 §5
        values['-'] = 62;
        values['_'] = 63;
        return values;
    }
}
