namespace Garita.Fuzz;

/// <summary>An input for which a parser does not keep what it promises.</summary>
/// <param name="message">Which promise.</param>
public sealed class OracleException(string message) : Exception(message)
{
    /// <summary>Throws unless the promise is kept.</summary>
    public static void ThrowUnless(bool kept, string promise)
    {
        if (!kept)
            throw new OracleException(promise);
    }
}
