namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>
/// A session's name in records, logs and refusals: 13 characters, unique across restarts, later ones sort later.
/// Kept as a number until somebody reads it.
/// </summary>
internal readonly record struct SessionId(ulong Value)
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's: no i, l, o, u to misread from a bounce
    private static long s_last;

    internal static SessionId Next(TimeProvider time)
    {
        // Milliseconds above 20 bits of a counter; a burst borrows from the next millisecond.
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() << 20;
        while (true)
        {
            var last = Volatile.Read(ref s_last);
            var next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref s_last, next, last) == last)
                return new SessionId((ulong)next);
        }
    }

    public override string ToString() => string.Create(13, Value, static (text, value) =>
    {
        for (var i = text.Length - 1; i >= 0; i--, value >>= 5)
            text[i] = Digits[(int)(value & 31)];
    });
}
