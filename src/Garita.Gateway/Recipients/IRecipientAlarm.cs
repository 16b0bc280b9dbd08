namespace Garita.Gateway.Recipients;

/// <summary>What is wrong with a tenant's source of recipients.</summary>
public enum RecipientTrouble : byte
{
    /// <summary>A reading lost more than it may and was not taken.</summary>
    Shrunk,
    /// <summary>The last good reading is too old: unknown recipients get 451.</summary>
    Stale,
    /// <summary>The source refuses us: name, password, rights or settings.</summary>
    Refused,
}

/// <summary>Is told of what an administrator must see; it is logged as an error besides. Called on any thread, must not block.</summary>
public interface IRecipientAlarm
{
    /// <summary>Something is wrong.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="trouble">What.</param>
    /// <param name="message">One sentence for the administrator.</param>
    void Raise(string tenant, RecipientTrouble trouble, string message);
}
