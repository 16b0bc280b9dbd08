using System.Security.Cryptography;
using System.Text;

namespace Garita.SenderAuth.Dkim;

/// <summary>Writes the field of a signature: tags in the order in which they are added, folded, <c>b=</c> last.</summary>
internal sealed class SignatureWriter
{
    private const int Columns = 76;

    private readonly StringBuilder _text = new(512);
    private int _column;

    /// <summary>Begins a field.</summary>
    internal SignatureWriter(string name)
    {
        _text.Append(name).Append(':');
        _column = _text.Length;
    }

    /// <summary>The field up to <c>b=</c>.</summary>
    internal byte[] Unsigned => Encoding.ASCII.GetBytes(_text.ToString());

    /// <summary>Adds a tag.</summary>
    internal SignatureWriter Add(string name, string value)
    {
        Word($"{name}={value};", space: true);
        return this;
    }

    /// <summary>Adds <c>h=</c>, which may fold at its colons.</summary>
    internal SignatureWriter AddNames(List<string> names)
    {
        for (var i = 0; i < names.Count; i++)
            Word(string.Concat(i == 0 ? "h=" : "", names[i], i == names.Count - 1 ? ";" : ":"), space: i == 0);
        return this;
    }

    /// <summary>Begins <c>b=</c>: the field is now as it is signed.</summary>
    internal SignatureWriter BeginSignature()
    {
        Word("b=", space: true);
        return this;
    }

    /// <summary>Signs what was hashed and ends the field.</summary>
    /// <param name="headers">All that is signed, this field last.</param>
    /// <param name="key">The key.</param>
    /// <returns>The field without a line end.</returns>
    internal byte[] Sign(HeaderHash headers, DkimPrivateKey key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        headers.Finish(hash);
        ReadOnlySpan<char> signature = Convert.ToBase64String(key.Sign(hash));
        while (!signature.IsEmpty)
        {
            if (_column >= Columns)
                Fold();
            var some = Math.Min(signature.Length, Columns - _column);
            _text.Append(signature[..some]);
            _column += some;
            signature = signature[some..];
        }

        return Unsigned;
    }

    private void Word(string word, bool space)
    {
        if (_column + word.Length + 1 > Columns)
        {
            Fold();
        }
        else if (space)
        {
            _text.Append(' ');
            _column++;
        }

        _text.Append(word);
        _column += word.Length;
    }

    private void Fold()
    {
        _text.Append("\r\n\t");
        _column = 8;
    }
}
